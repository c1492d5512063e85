#include "sim/judge/published.hpp"

#include <algorithm>

#include "sim/judge/invariants.hpp"

namespace sim {

std::string wire_member(const std::string& body, std::string_view name) {
    const std::string mark = "\"" + std::string(name) + "\":\"";
    const std::size_t at = body.find(mark);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + mark.size();
    return body.substr(begin, body.find('"', begin) - begin);
}

bool PublishedSeries::left(const std::string& person) const {
    return people.contains(person) && std::ranges::none_of(listed_by, [&](const auto& one) { return one.second.contains(person); });
}

std::map<std::string, PublishedSeries> published_series(const History& history) {
    std::map<std::string, PublishedSeries> out;
    struct Item { std::string series, key, person; };
    std::map<std::string, Item> live;  // by path
    for (const Exchange* exchange : history.exchanges()) {
        if (exchange->from != "engine" || exchange->to != "cloud" || exchange->target.find("/calendarEvents/") == std::string::npos) continue;
        const std::string path = exchange->target.substr(0, exchange->target.find('?'));
        const bool done = exchange->status >= 200 && exchange->status <= 299;
        // 404: an earlier DELETE was done, but its answer was cut off on the way.
        if (exchange->method == "DELETE" && (done || exchange->status == 404)) live.erase(path);
        if (exchange->method != "PUT" || !done) continue;
        Item item{wire_member(exchange->request_body, "seriesId"), wire_member(exchange->request_body, "encryptionKeyUrl"), exchange->person};
        if (item.series.empty()) item.series = wire_member(exchange->request_body, "id");
        out[item.series].keys.insert(item.key);
        out[item.series].people.insert(item.person);
        live[path] = std::move(item);
    }
    for (const auto& [path, item] : live) out[item.series].listed_by[item.key].insert(item.person);
    return out;
}

}  // namespace sim
