#pragma once
// Google Calendar's and Gmail's JSON <-> the engine's values. Nothing here waits or sends.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/sync/provider.hpp"

namespace engine::sync {

class GoogleCodec {
  public:
    GoogleCodec();
    ~GoogleCodec();

    std::optional<ProviderEvent> event(std::string_view body);
    std::optional<EventPage> page(std::string_view body);
    std::optional<std::string> setting(std::string_view body);
    std::optional<meeting::AutomaticReplies> vacation(std::string_view body);
    std::optional<Subscription> channel(std::string_view body);

    static std::string patch_body(const JoinPatch& patch);
    static std::string watch_body(std::string_view id, std::string_view secret, std::string_view hook_base,
                                  Instant expires);
    static std::string stop_body(const Subscription& channel);
    static std::string rule_body(std::string_view grantee);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace engine::sync
