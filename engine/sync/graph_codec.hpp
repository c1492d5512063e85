#pragma once
// Microsoft Graph's JSON <-> the engine's values. Nothing here waits or sends.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sync/provider.hpp"

namespace engine::sync {

struct GraphNotice {
    std::string subscription_id, client_state;
    std::string event_id, event_etag;
    std::string lifecycle;  // "missed", "subscriptionRemoved", "reauthorizationRequired"; empty for a change
};

class GraphCodec {
  public:
    GraphCodec();
    ~GraphCodec();

    std::optional<ProviderEvent> event(std::string_view body);
    std::optional<EventPage> page(std::string_view body);
    /// The same of a page that was asked for ids only: etags come unasked (OData 4.01 JSON 4.6.9, odata.etag).
    std::optional<EventPage> states(std::string_view body);
    std::optional<MailboxSettings> settings(std::string_view body);
    /// Outer: readable at all; inner: the automatic replies, unless their times cannot be read.
    std::optional<std::optional<meeting::AutomaticReplies>> replies(std::string_view body);
    std::optional<Subscription> subscription(std::string_view body);
    std::optional<std::vector<GraphNotice>> notices(std::string_view body);

    static std::string patch_body(const JoinPatch& patch);
    /// An event of a minute that blocks nobody's time and reminds nobody.
    static std::string test_event_body(Instant now);
    static std::string subscribe_body(std::string_view address, std::string_view hook_base, std::string_view secret,
                                      Instant expires);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace engine::sync
