#include "sim/serve/page/page.hpp"

#include <array>
#include <string_view>

namespace sim {
namespace {

struct File {
    std::string_view path, type, text;
};

constexpr std::array<File, 5> files{{
    {"/", "text/html; charset=utf-8",
#include "page_index.inc"
    },
    {"/_calrig/page/style.css", "text/css; charset=utf-8",
#include "page_style.inc"
    },
    {"/_calrig/page/view.js", "text/javascript; charset=utf-8",
#include "page_view.inc"
    },
    {"/_calrig/page/app.js", "text/javascript; charset=utf-8",
#include "page_app.inc"
    },
    {"/_calrig/page/icon.svg", "image/svg+xml",
#include "page_icon.inc"
    },
}};

/// Nothing from elsewhere, no inline script or style, in nobody's frame.
constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

class Page final : public Local {
  public:
    bool take(const fakes::Request& request, std::string_view, fakes::Instant, const Answer& answer) override {
        const std::string_view target = request.target;
        const std::string_view path = target.substr(0, target.find('?'));
        for (const File& file : files) {
            if (path != file.path) continue;
            fakes::Reply reply;
            if (request.method != "GET" && request.method != "HEAD") {
                reply.status = 405;
                reply.headers.push_back({"Allow", "GET, HEAD"});
                answer(std::move(reply));
                return true;
            }
            reply.headers.push_back({"Content-Type", std::string(file.type)});
            reply.headers.push_back({"Content-Security-Policy", policy});
            reply.headers.push_back({"X-Content-Type-Options", "nosniff"});
            reply.headers.push_back({"Referrer-Policy", "no-referrer"});
            reply.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
            reply.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
            reply.headers.push_back({"Cache-Control", "no-cache"});
            reply.body = file.text;
            answer(std::move(reply));
            return true;
        }
        return false;
    }
};

}  // namespace

std::unique_ptr<Local> front_page() { return std::make_unique<Page>(); }

}  // namespace sim
