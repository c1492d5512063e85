#pragma once
// Splits an absolute link and takes known wrappers off. Only wrappers of the user's own mail system are opened: Safe
// Links and Google's redirector; what any other redirector would do is unknown.
#include <string>
#include <string_view>

namespace engine::text {

enum class LinkVerdict {
    plain,     // host and rest are filled in
    refused,   // disguised: user part, foreign characters in the host, a port that is not the scheme's
    dead_end,  // a wrapper around nothing, wrapped too often, or with broken escapes
};

struct LinkParts {
    LinkVerdict verdict = LinkVerdict::dead_end;
    std::string_view scheme;  // "http" or "https"
    std::string host;         // lower case
    std::string_view port;    // with its colon; empty when absent
    std::string_view rest;    // path, query and fragment as written; points into the link or into `unwrapped`
    std::string unwrapped;    // the innermost link, when there was a wrapper
};

/// Whether links on this host may be wrappers that `unwrap_link` takes off.
bool is_wrapper(std::string_view host);

/// Fills `parts`, which may have served before: its memory is used again.
void unwrap_link(std::string_view link, LinkParts& parts);

}  // namespace engine::text
