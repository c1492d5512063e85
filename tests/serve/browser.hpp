#pragma once
// A headless Chromium, driven over the DevTools protocol on a pipe (--remote-debugging-pipe).
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace serve_test {

class Browser {
  public:
    /// Path of the installed browser; empty: none is.
    static std::string installed();

    Browser();
    ~Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;

    void open(const std::string& url);
    /// The value of an expression; promises are waited for. A thrown error fails the test and gives null.
    nlohmann::json value(const std::string& expression);
    /// Waits until the expression is true; false after twenty seconds.
    bool becomes(const std::string& expression);
    void size(int width, int height);
    void dark(bool dark);
    void press(const std::string& key);  // "Tab", "Enter"
    void type(const std::string& text);
    /// PNG.
    std::string screenshot();
    /// What the page said on its console, and requests that its policy forbade.
    const std::string& complaints() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace serve_test
