// "No nonce is used twice" (ENC-TRANSIT): two texts sealed by AES-GCM under one key with one nonce give away both (NIST SP
// 800-38D, section 8). A nonce is 12 random bytes, so that the same one twice is a mistake whatever the key.
#include <map>
#include <string_view>

#include "sim/judge/invariants.hpp"

namespace sim {
namespace {

constexpr std::size_t nonce_letters = 16;  // 12 bytes in base64url

bool is_base64url(std::string_view text) {
    return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

/// Calls `each(nonce, ciphertext)` for every compact JWE without a key of its own in it (RFC 7516, 3.1: `header..nonce.text.tag`).
template <typename Each>
void each_sealed(std::string_view body, Each each) {
    for (std::size_t at = body.find(".."); at != std::string_view::npos; at = body.find("..", at + 2)) {
        const std::string_view nonce = body.substr(at + 2, nonce_letters);
        std::string_view rest = body.substr(std::min(body.size(), at + 2 + nonce_letters));
        if (nonce.size() < nonce_letters || !is_base64url(nonce) || !rest.starts_with('.')) continue;
        rest.remove_prefix(1);
        each(nonce, rest.substr(0, rest.find('.')));
    }
}

}  // namespace

std::vector<reports::Finding> check_nonces(const Trial& trial) {
    struct Use {
        std::string_view text;
        std::uint64_t exchange = 0;
    };
    constexpr std::size_t told_max = 3;
    std::vector<reports::Finding> findings;
    std::map<std::string_view, Use> uses;  // views into the journal, which outlives this
    for (const Record& record : trial.journal.records()) {
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine") continue;
        each_sealed(exchange->request_body, [&](std::string_view nonce, std::string_view text) {
            const auto [first, is_new] = uses.try_emplace(nonce, Use{text, exchange->number});
            // What is sent once more after a failure is the same text.
            if (is_new || first->second.text == text || findings.size() == told_max) return;
            reports::Finding finding = general_finding(trial, "no nonce is used twice", "ENC-TRANSIT", "two texts are sealed with one nonce");
            finding.difference.push_back("nonce " + std::string(nonce) + " in #" + std::to_string(first->second.exchange) + " and in #" +
                                         std::to_string(exchange->number));
            finding.why.push_back("at " + local_text(trial.scenario, record.at));
            findings.push_back(std::move(finding));
        });
    }
    return findings;
}

}  // namespace sim
