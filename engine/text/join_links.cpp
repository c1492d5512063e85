#include "engine/text/join_links.hpp"

#include <algorithm>

#include "engine/text/join_scan.hpp"

namespace engine::text {
namespace {

std::string_view family(std::string_view kind) { return kind.substr(0, kind.find('-')); }

// Fills `finding` from a field's candidates: the first one, its companion, and whether there is more than one link.
void settle(JoinFinding& finding, const std::vector<JoinTarget>& found) {
    finding.target = found.front();
    const bool is_link = !found.front().url.empty();
    for (const JoinTarget& other : found) {
        if (!finding.companion && other.url.empty() == is_link && family(other.kind) == family(found.front().kind))
            finding.companion = other;
    }
    const auto links = std::count_if(found.begin(), found.end(), [](const JoinTarget& t) { return !t.url.empty(); });
    finding.ambiguous = links > 1;
}

void explain(JoinFinding& finding, const JoinScan& scan, const std::string& where) {
    if (scan.refused() > 0)
        finding.why.push_back(where + ": " + std::to_string(scan.refused()) +
                              " disguised or foreign link(s) were refused.");
    if (!finding.target) return;
    finding.why.push_back(where + ": the first joinable candidate is of kind " + finding.target->kind + ".");
    if (finding.ambiguous) finding.why.push_back(where + ": holds more than one distinct join link.");
}

// The last resort: it looks like any mail address that is a number.
void settle_numbers(JoinFinding& finding, const JoinScan& location, const JoinScan& body) {
    const bool in_location = !location.numbers().empty();
    const std::vector<JoinTarget>& found = in_location ? location.numbers() : body.numbers();
    if (found.empty()) return;
    settle(finding, found);
    finding.field = in_location ? JoinFinding::Field::location : JoinFinding::Field::body;
    finding.body_has_it = std::ranges::find(body.numbers(), *finding.target) != body.numbers().end();
    finding.why.push_back(std::string(in_location ? "Location" : "Body") + ": a number at a domain, and nothing else, can be dialled.");
}

bool settle_single(JoinFinding& finding, std::string_view link, JoinDomains domains, const char* sentence) {
    if (link.empty()) return false;
    JoinScan scan(domains);
    if (!scan.read_link(link) || scan.found().empty()) return false;
    finding.target = scan.found().front();
    finding.why.emplace_back(sentence);
    return true;
}

}  // namespace

bool is_webex_kind(std::string_view kind) { return kind.starts_with("webex-"); }

JoinFinding find_join(const JoinInput& input) {
    const JoinDomains domains{input.video_domains, input.cms_domains};
    JoinFinding finding;
    JoinScan location(domains);
    location.read_text(input.location);
    JoinScan body(domains);
    const auto read_body = [&] { input.body_is_html ? body.read_html(input.body) : body.read_text(input.body); };
    const auto add_companion = [&] {
        if (finding.target->url.empty()) return;
        for (const JoinScan* scan : {&location, &body})
            for (const JoinTarget& t : scan->found())
                if (!finding.companion && t.url.empty() && family(t.kind) == family(finding.target->kind))
                    finding.companion = t;
    };

    if (settle_single(finding, input.own_join_url, domains, "The service's own decoration names the link.")) {
        finding.field = JoinFinding::Field::own;
        read_body();
        add_companion();
        return finding;
    }
    const bool webex_in_location = std::any_of(location.found().begin(), location.found().end(),
                                               [](const JoinTarget& t) { return is_webex_kind(t.kind); });
    if (!webex_in_location && settle_single(finding, input.provider_join_url, domains,
                                            "The provider's structured meeting link is used.")) {
        finding.field = JoinFinding::Field::provider;
        read_body();
        add_companion();
        return finding;
    }
    if (!location.found().empty()) {
        settle(finding, location.found());
        finding.field = JoinFinding::Field::location;
        explain(finding, location, "Location");
        if (!finding.companion) {
            read_body();
            add_companion();
            finding.body_has_it = std::ranges::find(body.found(), *finding.target) != body.found().end();
        }
        return finding;
    }
    explain(finding, location, "Location");
    read_body();
    if (!body.found().empty()) {
        settle(finding, body.found());
        finding.field = JoinFinding::Field::body;
    }
    explain(finding, body, "Body");
    if (!finding.target) settle_numbers(finding, location, body);
    if (!finding.target) finding.why.emplace_back("Nothing joinable in location or body.");
    return finding;
}

bool is_space_link(std::string_view url) {
    const std::size_t path = url.find('/', std::string_view("https://").size());
    return path != std::string_view::npos && url.substr(path).starts_with("/m/") && url.substr(0, path).ends_with(".webex.com");
}

bool has_webex_link(std::string_view location, std::string_view body, bool body_is_html) {
    JoinScan scan({});
    scan.read_text(location);
    body_is_html ? scan.read_html(body) : scan.read_text(body);
    return std::any_of(scan.found().begin(), scan.found().end(),
                       [](const JoinTarget& t) { return is_webex_kind(t.kind); });
}

}  // namespace engine::text
