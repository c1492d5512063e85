#pragma once
// ASCII only: in HTML, URLs and addresses nothing else has a case or counts as white space (WHATWG Infra, ASCII).

namespace engine::text {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace engine::text
