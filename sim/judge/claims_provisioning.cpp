// Expectations about the service as a whole, against what administrators were shown and what was kept where.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "fakes/cloud/small_body.hpp"
#include "sim/judge/claims.hpp"

namespace sim {
namespace {

using fakes::text_in;
using Json = nlohmann::json;

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "none" : out;
}

std::vector<std::string> texts_at(const Json& from, const char* key) {
    std::vector<std::string> out;
    if (from.is_object() && from.contains(key) && from[key].is_array())
        for (const Json& one : from[key])
            if (one.is_string()) out.push_back(one.get<std::string>());
    std::ranges::sort(out);
    return out;
}

/// Stores one item, button, space or meeting, or takes it away. 404: an earlier DELETE was done, and its answer was cut off.
bool keeps_data(const Exchange& exchange) {
    const bool done = (exchange.status >= 200 && exchange.status < 300) || (exchange.method == "DELETE" && exchange.status == 404);
    return exchange.from == "engine" && exchange.to == "cloud" && exchange.method != "GET" && done &&
           (exchange.target.starts_with("/calendar/") || exchange.target.starts_with("/conversation/"));
}

}  // namespace

Mismatch check_provisioning(const History& history, const ExpectProvisioning& claim, Instant when) {
    Mismatch out;
    const Exchange* page = history.provisioning().at(when);
    if (page == nullptr) {
        out.rule = "provisioning";
        out.title = "the administrator was shown nothing of the service";
        return out;
    }
    const Json shown = Json::parse(page->reply_body, nullptr, false);
    const auto compare = [&](const char* name, const std::optional<std::string>& want, const std::string& have) {
        if (!want || *want == have) return;
        if (out.key.empty()) out.key = name;
        out.difference.push_back(std::string(name) + "  expected " + *want + ", shown " + (have.empty() ? "nothing" : have));
    };
    compare("state", claim.state, text_in(shown, "state"));
    compare("reason", claim.reason, text_in(shown, "reason"));
    compare("region", claim.region, text_in(shown, "region"));
    compare("test", claim.test, text_in(shown.is_object() && shown.contains("test") ? shown["test"] : Json(), "state"));
    if (claim.permissions && *claim.permissions != texts_at(shown, "permissions"))
        out.difference.push_back("permissions  expected " + listed(*claim.permissions) + ", shown " + listed(texts_at(shown, "permissions")));
    const int in_error = shown.is_object() && shown.contains("users") && shown["users"].is_object() ? shown["users"].value("error", -1) : -1;
    if (claim.in_error && *claim.in_error != in_error)
        out.difference.push_back("users in error  expected " + std::to_string(*claim.in_error) + ", shown " + std::to_string(in_error));
    if (out.difference.empty()) return out;
    out.rule = "provisioning";
    out.title = "the administrator's page of the service differs";
    if (const std::string message = text_in(shown, "message"); !message.empty()) out.difference.push_back("message  " + message);
    return out;
}

Mismatch check_tenant(const History& history, const ExpectTenant& claim, Instant when) {
    Mismatch out;
    const TenantChange* seen = history.tenant().at(when);
    const bool there = seen != nullptr && !seen->applications.empty();
    const std::vector<std::string> granted = there ? seen->applications.front().permissions : std::vector<std::string>();
    if (claim.listed && *claim.listed != there) out.difference.push_back(there ? "the service is listed" : "the service is not listed");
    std::vector<std::string> names;
    for (const std::string& one : granted) names.push_back(one.starts_with("https://") ? one.substr(one.rfind('/') + 1) : one);
    std::ranges::sort(names);
    if (claim.permissions && *claim.permissions != names) out.difference.push_back("permissions  expected " + listed(*claim.permissions) + ", granted " + listed(names));
    if (out.difference.empty()) return out;
    out.rule = "tenant";
    out.title = "the tenant's applications differ";
    return out;
}

Mismatch check_stored(const Trial& trial, const History& history, const ExpectStored& claim, Instant when) {
    Mismatch out;
    std::set<std::string> items;  // request lines of what is in the cloud
    int kept = 0;
    for (const Exchange* exchange : history.exchanges()) {
        if (!keeps_data(*exchange) || exchange->done > when) continue;
        if (claim.region && exchange->host != "cloud-" + *claim.region + ".calrig.example" && out.difference.size() < 3)
            out.difference.push_back(exchange->method + " went to " + exchange->host + ", not to region " + *claim.region);
        ++kept;
        const std::string path = exchange->target.substr(0, exchange->target.find('?'));
        const std::size_t item = path.find("/calendarEvents/");
        // A one-time meeting or a space is its people's, and stays when the service goes.
        if (exchange->method == "PUT" && (item != std::string::npos || path.find("/joinButton/") != std::string::npos)) items.insert(path);
        if (exchange->method != "DELETE") continue;
        items.erase(path);
        // With an item its button goes.
        if (item != std::string::npos) items.erase(path.substr(0, item) + "/joinButton/" + path.substr(item + 16));
    }
    if (claim.region && kept == 0) out.difference.emplace_back("nothing was stored at all");
    if (claim.nothing) {
        if (!items.empty()) out.difference.push_back(std::to_string(items.size()) + " items and buttons are still in the meeting cloud");
        std::set<std::string> pairs;
        for (const Record& record : trial.journal.records())
            if (const auto* write = std::get_if<StoreWrite>(&record.what); write != nullptr && record.at <= when) {
                if (write->erased) pairs.erase(write->key);
                else pairs.insert(write->key);
            }
        if (!pairs.empty()) out.difference.push_back(std::to_string(pairs.size()) + " pairs are still in the service's store, such as " + *pairs.begin());
    }
    if (out.difference.empty()) return out;
    out.rule = "stored-data";
    out.title = claim.nothing ? "the service still keeps data" : "data is not kept where it belongs";
    return out;
}

}  // namespace sim
