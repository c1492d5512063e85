#pragma once
// The wire form of a meeting list item (published client code): what must be there, what must be ciphertext, what may
// be in clear. Refuses with a sentence that names the member.
#include <memory>
#include <string>
#include <string_view>

#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/shelf.hpp"

namespace fakes {

class ItemForm {
  public:
    explicit ItemForm(std::string_view kms_host);
    ~ItemForm();

    /// Empty when `json` is right; `item` then holds its id and times (not the text).
    std::string check(std::string_view json, std::string_view expected_id, Item& item);
    /// kms://<host>/keys/<uuid> of this organisation's key server.
    bool is_key_url(std::string_view url) const;
    bool is_jwe(std::string_view text) { return shape_.check(text); }
    /// The item without notes and participants where they are large, with their addresses below `url`; empty: nothing is.
    std::string slim(std::string_view json, std::string_view url);
    /// One member of an item with what opens it, a resource of its own; empty: the item has none.
    std::string part(std::string_view json, std::string_view member);

  private:
    struct Parser;
    struct Walk;
    std::unique_ptr<Parser> parser_;
    std::string key_prefix_;
    JweShape shape_;
};

}  // namespace fakes
