#pragma once
// Reads one field (location or body) from its beginning and collects what joins a meeting, in reading order.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/join_links.hpp"
#include "engine/text/link_unwrap.hpp"

namespace engine::text {

struct JoinDomains {
    std::span<const std::string> video, cms;
};

class JoinScan {
  public:
    explicit JoinScan(JoinDomains domains) : domains_(domains) {}

    void read_text(std::string_view text);
    void read_html(std::string_view html);
    /// A whole link on its own, as in an href or a provider's field. False when it is no absolute http link.
    bool read_link(std::string_view link);

    const std::vector<JoinTarget>& found() const { return found_; }
    /// Numbers at a domain without a scheme: they join where nothing else does.
    const std::vector<JoinTarget>& numbers() const { return numbers_; }
    int refused() const { return refused_; }  // look-alikes, foreign schemes, user parts in links

  private:
    std::size_t read_token(std::string_view text, std::size_t begin, std::size_t end);
    void read_plain(std::string_view piece, std::string_view following);
    std::size_t read_address(std::string_view piece, std::size_t at_sign, std::size_t floor,
                             std::string_view following);
    bool add_address(std::string_view scheme, std::string_view user, std::string_view host, std::string_view rest,
                     std::string_view following);
    bool read_href(std::string_view undecoded);
    void complete_video_id(std::string_view following);
    bool leads_elsewhere(std::string_view link) const;
    void add(JoinTarget target);
    bool full() const;

    JoinDomains domains_;
    std::vector<JoinTarget> found_, numbers_;
    std::string href_;  // the decoded href at hand
    LinkParts parts_;   // the link at hand
    std::string elsewhere_;  // scheme and host of the last link to a host where nothing joins
    int refused_ = 0;
    std::size_t awaits_video_id_ = 0;   // index + 1 of a tenant key without its number
    std::size_t video_id_budget_ = 0;   // bytes of text in which the number may still come
};

}  // namespace engine::text
