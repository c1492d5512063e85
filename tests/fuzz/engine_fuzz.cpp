// What strangers write into invitations, and what services and notifications say to the engine. Promises: nothing
// crashes; the splice keeps every byte of the author's and can be taken out again; what is found to join is https or sip.
#include <string>

#include "engine/meeting/key_server_key.hpp"
#include "engine/policies.hpp"
#include "engine/provisioning/identity_token.hpp"
#include "engine/sync/google_codec.hpp"
#include "engine/sync/graph_codec.hpp"
#include "engine/text/html_text.hpp"
#include "engine/text/join_block.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/keywords.hpp"
#include "input.hpp"

namespace {

void invitation(std::string_view body) {
    static const engine::text::JoinBlock block = [] {
        engine::text::JoinDetails details;
        details.url = "https://example.webex.com/meet/ana";
        details.sip = "ana@example.webex.com";
        return engine::text::make_join_block(details, "de", "en");
    }();
    for (const bool html : {true, false}) {
        const std::string& ours = html ? block.html : block.text;
        const std::string spliced = html ? engine::text::splice_html(body, ours) : engine::text::splice_text(body, ours);
        const std::size_t at = spliced.find(ours);
        promise(at != std::string::npos, "the block stands in the body");
        if (html) promise(spliced.substr(0, at) + spliced.substr(at + ours.size()) == body, "every byte of the author's is kept");
        const std::string authors = engine::text::strip_join_block(spliced, html);
        if (html) engine::text::html_to_text(authors, 4'096);
        engine::text::JoinInput input;
        input.body = body;
        input.location = body.substr(0, 200);
        input.body_is_html = html;
        const engine::text::JoinFinding found = engine::text::find_join(input);
        if (found.target) {
            promise(found.target->url.empty() != found.target->uri.empty(), "a target is a link or an address");
            promise(found.target->url.empty() || found.target->url.starts_with("https://"), "a link is https");
            promise(found.target->uri.empty() || found.target->uri.starts_with("sip:"), "an address is sip");
            promise((found.target->url + found.target->uri).find_first_of(" \t\r\n\"<>") == std::string::npos, "a target has no blank, quote or bracket");
        }
    }
    promise(engine::text::html_to_text(body, 512).size() <= 512, "text stays within its limit");
    engine::text::find_keyword(body, engine::Policies{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 32 * 1024) return 0;
    const std::string_view text = text_of_input(data, size);
    invitation(text);
    static engine::sync::GraphCodec graph;
    graph.event(text);
    graph.page(text);
    graph.states(text);
    graph.settings(text);
    graph.replies(text);
    graph.subscription(text);
    graph.notices(text);
    static engine::sync::GoogleCodec google;
    google.event(text);
    google.page(text);
    google.setting(text);
    google.vacation(text);
    google.channel(text);
    std::string why;
    engine::meeting::KeyServerTrust trust;
    trust.rsa_bits_min = 640;
    promise(!engine::meeting::KeyServerKey::from_details("kms://kms.calrig.example", text, trust, why) || text.find("x5c") != std::string_view::npos, "a key server's key has a certificate");
    engine::provisioning::read_tenant_document(text);
    engine::provisioning::tenant_named_in(text);
    return 0;
}
