// No source includes this: it is what CMakeLists.txt precompiles once for unity builds. Besides the headers that nearly
// all sources pay for, it names what they instantiate anew each: what is instantiated here is read from the precompiled
// file there.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#define JSON_HAS_FILESYSTEM 0  // a path is nobody's JSON, and <filesystem> has a function that only its own library can link
#define JSON_HAS_EXPERIMENTAL_FILESYSTEM 0
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace precompiled {

template <class Json>
inline std::size_t uses_of_json(Json tree, const Json& read, const std::string& text, std::string_view view) {
    tree["key"] = text;
    tree["key"] = view;
    tree["key"] = "text";
    tree["key"] = true;
    tree["key"] = 1;
    tree["key"] = 1LL;
    tree["key"] = 1ULL;
    tree["key"] = 1.5;
    tree["key"] = std::size_t{1};
    tree["key"] = nullptr;
    tree["key"] = Json::array();
    tree["key"] = Json::object();
    tree["key"] = {{"a", text}, {"b", 1}, {"c", true}, {"d", Json::array({text})}, {"e", view}};
    tree["key"] = std::vector<std::string>{text};
    tree[text] = read;
    tree[text].push_back(read);
    tree[text].push_back(text);
    tree.update(read);
    tree.erase("key");
    tree.emplace("key", text);
    std::size_t sum = tree.size() + read.at("key").template get<std::string>().size() + read.at(text).template get_ref<const std::string&>().size();
    sum += static_cast<std::size_t>(read.at(0).template get<int>()) + read.at("key").template get<std::size_t>();
    sum += static_cast<std::size_t>(read.template get<bool>()) + static_cast<std::size_t>(read.template get<double>());
    sum += static_cast<std::size_t>(read.template get<std::int64_t>()) + static_cast<std::size_t>(read.template get<std::uint64_t>());
    sum += read.value("key", std::string()).size() + read.value("key", "").size() + static_cast<std::size_t>(read.value("key", 0));
    sum += static_cast<std::size_t>(read.value("key", false)) + read.value("key", Json()).size();
    sum += read["key"]["key"].dump().size() + read.dump(2).size() + read[0].size();
    sum += static_cast<std::size_t>(read.contains("key")) + static_cast<std::size_t>(read.contains(text)) + static_cast<std::size_t>(read.find("key") == read.end());
    sum += static_cast<std::size_t>(read.find(text) != read.end()) + static_cast<std::size_t>(read == tree) + static_cast<std::size_t>(read == "text") + static_cast<std::size_t>(read == text);
    for (const Json& one : read) sum += one.size();
    for (Json& one : tree) sum += one.size();
    for (const auto& [key, value] : read.items()) sum += key.size() + value.size();
    for (auto it = read.begin(); it != read.end(); ++it) sum += it.key().size() + it.value().size();
    const Json parsed = Json::parse(text, nullptr, false);
    sum += parsed.is_discarded() ? 0 : parsed.size();
    sum += Json::parse(view, nullptr, false).size() + Json::parse(text).size() + Json::parse(view).size();
    return sum + read.dump(-1, ' ', false, Json::error_handler_t::replace).size();
}

inline std::size_t uses(const std::string& text, std::string_view view) {
    std::map<std::string, std::string> map{{text, text}};
    std::map<std::string, std::string, std::less<>> open_map{{text, text}};
    std::map<std::string, int> counts{{text, 1}};
    std::set<std::string> set{text};
    std::set<std::string, std::less<>> open_set{text};
    std::vector<std::string> texts{text};
    std::optional<std::string> maybe = text;
    std::deque<std::string> queue{text};
    std::function<void()> call = [&] { map[text] = text; };
    map.emplace(text, text);
    map.insert_or_assign(text, text);
    map.erase(text);
    open_map.emplace(text, text);
    open_map.erase(open_map.begin());
    ++counts[text];
    set.insert(text);
    set.insert(texts.begin(), texts.end());
    set.erase(text);
    open_set.insert(text);
    texts.push_back(text);
    texts.emplace_back(view);
    texts.insert(texts.end(), texts.begin(), texts.end());
    std::sort(texts.begin(), texts.end());
    maybe = std::string(view);
    call();
    for (const auto& [key, value] : map) queue.push_back(key + value);
    auto copied_map = map;
    auto copied_set = set;
    auto copied_texts = texts;
    copied_map = map;
    copied_set = std::move(set);
    copied_texts = std::move(texts);
    return uses_of_json<nlohmann::json>({}, {}, text, view) + uses_of_json<nlohmann::ordered_json>({}, {}, text, view) + map.count(text) +
           copied_set.count(text) + copied_texts.size() + open_map.count(view) + open_set.count(view) + counts.size() + queue.size() +
           static_cast<std::size_t>(map == copied_map) + maybe->size();
}

}  // namespace precompiled
