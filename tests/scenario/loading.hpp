#pragma once
// Loads a scenario text in a test and shows every mistake when that fails.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "sim/scenario/loader.hpp"

inline std::optional<std::string> file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline sim::Loaded load_text(const std::string& text, const std::string& path = "test.yaml") {
    return sim::read_scenario(path, text, file_text);
}

inline std::string shown(const sim::Loaded& loaded, const std::string& text, const std::string& path = "test.yaml") {
    return sim::render_diagnostics(path, text, loaded.diagnostics);
}

inline sim::Scenario loaded_or_fail(const std::string& text) {
    sim::Loaded loaded = load_text(text);
    EXPECT_TRUE(loaded.scenario) << shown(loaded, text);
    return loaded.scenario ? *loaded.scenario : sim::Scenario{};
}

/// The first diagnostic's sentence, or "none".
inline std::string first_mistake(const std::string& text) {
    const sim::Loaded loaded = load_text(text);
    return loaded.diagnostics.empty() ? "none" : loaded.diagnostics.front().what;
}
