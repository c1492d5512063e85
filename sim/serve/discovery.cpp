#include "sim/serve/discovery.hpp"

#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace sim {
namespace {

struct Api {
    std::string_view name, version, document;
};

constexpr std::array<Api, 2> apis{{
    {"calendar", "v3",
#include "calendar.v3.inc"
    },
    {"gmail", "v1",
#include "gmail.v1.inc"
    },
}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

std::string pointed_here(std::string_view document, const std::string& origin) {
    std::string out(document);
    // Scopes are names, not addresses: they keep Google's spelling.
    for (const std::string_view member : {"rootUrl", "baseUrl", "mtlsRootUrl"})
        for (const std::string_view host : {"https://www.googleapis.com", "https://gmail.googleapis.com", "https://gmail.mtls.googleapis.com"})
            replace_all(out, "\"" + std::string(member) + "\":\"" + std::string(host), "\"" + std::string(member) + "\":\"" + origin);
    return out;
}

fakes::Reply json_reply(std::string body) {
    fakes::Reply reply;
    reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    reply.body = std::move(body);
    return reply;
}

class Documents final : public Local {
  public:
    explicit Documents(std::string origin) : origin_(std::move(origin)) {
        directory_ = R"({"kind":"discovery#directoryList","discoveryVersion":"v1","items":[)";
        for (const Api& api : apis) {
            if (&api != apis.data()) directory_ += ',';
            const std::string name(api.name), version(api.version);
            directory_ += R"({"kind":"discovery#directoryItem","id":")" + name + ":" + version + R"(","name":")" + name + R"(","version":")" + version +
                          R"(","discoveryRestUrl":")" + origin_ + rest_path(api) + R"(","preferred":true})";
        }
        directory_ += "]}";
    }

    bool take(const fakes::Request& request, std::string_view, fakes::Instant, const Answer& answer) override {
        const std::string_view target = request.target;
        if (!target.starts_with("/discovery/v1/") && !target.starts_with("/$discovery/")) return false;
        if (request.method != "GET") return false;
        const std::string_view path = target.substr(0, target.find('?'));
        if (path == "/discovery/v1/apis") return answer(json_reply(directory_)), true;
        for (const Api& api : apis) {
            const bool by_version = path == "/$discovery/rest" && target.find("version=" + std::string(api.version)) != std::string_view::npos;
            if (by_version || path == rest_path(api)) return answer(json_reply(pointed_here(api.document, origin_))), true;
        }
        return false;
    }

  private:
    static std::string rest_path(const Api& api) {
        return "/discovery/v1/apis/" + std::string(api.name) + "/" + std::string(api.version) + "/rest";
    }

    std::string origin_;
    std::string directory_;
};

}  // namespace

std::unique_ptr<Local> discovery_documents(const std::string& google_origin) { return std::make_unique<Documents>(google_origin); }

}  // namespace sim
