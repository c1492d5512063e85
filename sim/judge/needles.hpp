#pragma once
// Finds any of many secret texts in a stream of bytes, also when somebody encoded them on the way.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

class Needles {
  public:
    /// Adds `secret` in all encodings: plain, lower and upper case, UTF-16, base64 and base64url at every alignment, percent, HTML, JSON,
    /// hex in either case.
    /// Texts below `bytes_min` are left out: they would match by chance. For the same reason a secret that is one word of letters
    /// and digits is looked for as a word ("Sync", not the middle of a key in base64), and one that the protocols say themselves
    /// ("Meeting") or that is a number as the whole of a value, as it was written and in no other encoding.
    void add(const std::string& secret, const std::string& name);
    /// Adds a token or key, as it stands only: whoever lets it slip does not encode it first.
    void add_as_it_stands(const std::string& secret, const std::string& name) { add_form(secret, name, "plain"); }

    struct Hit {
        std::string name;      // what leaked: "title of standup"
        std::string encoding;  // "plain", "base64", ...
        std::size_t offset = 0;
    };
    /// Every distinct (name, encoding) found in `haystack`, by offset; at most `count_max`.
    std::vector<Hit> find(std::string_view haystack, std::size_t count_max = 4) const;

    std::size_t count() const { return needles_.size(); }  // spellings
    std::size_t secrets() const { return secrets_; }
    std::set<std::string> encodings() const;
    static constexpr std::size_t bytes_min = 4;

  private:
    enum class Stands { anywhere, as_word, as_value };
    struct Needle {
        std::string bytes;
        std::string name;
        const char* encoding;
        std::int32_t next;  // chain of needles with the same first four bytes' hash
        Stands stands;
    };
    void add_form(std::string bytes, const std::string& name, const char* encoding, Stands stands = Stands::anywhere);
    static bool stands_so(Stands stands, std::string_view haystack, std::size_t begin, std::size_t end);
    static std::uint32_t hash(const char* four_bytes);
    std::vector<Needle> needles_;
    std::size_t secrets_ = 0;
    std::vector<std::int32_t> heads_ = std::vector<std::int32_t>(1 << 14, -1);
};

}  // namespace sim
