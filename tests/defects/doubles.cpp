#include "tests/defects/doubles.hpp"

namespace defects {
namespace {

class MeddlingHttp final : public engine::HttpClient {
  public:
    MeddlingHttp(engine::HttpClient& real, std::shared_ptr<const Meddle> meddle) : real_(real), meddle_(std::move(meddle)) {}

    engine::Task<HttpResult> exchange(HttpRequest request) override {
        if (meddle_->before) meddle_->before(request);
        if (meddle_->instead)
            if (std::optional<HttpResult> instead = meddle_->instead(request)) co_return std::move(*instead);
        const HttpRequest sent = request;
        HttpResult result = co_await real_.exchange(std::move(request));
        if (meddle_->also) {
            std::vector<HttpRequest> more = meddle_->also(sent, result);
            for (HttpRequest& one : more) {
                HttpRequest extra = std::move(one);
                result = co_await keep_last(std::move(result), std::move(extra));
            }
        }
        if (meddle_->after) meddle_->after(sent, result);
        co_return result;
    }

  private:
    /// Sends one more; its answer counts only when it is to the same request (an attempt repeated at once).
    engine::Task<HttpResult> keep_last(HttpResult had, HttpRequest extra) {
        HttpResult result = co_await real_.exchange(std::move(extra));
        co_return had.response.status == 429 ? std::move(result) : std::move(had);
    }
    engine::HttpClient& real_;
    std::shared_ptr<const Meddle> meddle_;
};

class TamperedServer final : public fakes::Server {
  public:
    TamperedServer(fakes::Server& real, std::shared_ptr<const Tamper> tamper) : real_(real), tamper_(std::move(tamper)) {}

    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) override {
        fakes::Request changed = request;
        if (tamper_->request) tamper_->request(changed);
        real_.request(id, changed, now, effects);
        sift(now, effects);
    }
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now, fakes::Effects& effects) override {
        real_.answered(id, reply, now, effects);
        sift(now, effects);
    }
    void wake(fakes::Instant now, fakes::Effects& effects) override {
        real_.wake(now, effects);
        if (tamper_->wake) tamper_->wake(effects, now);
        sift(now, effects);
    }
    std::optional<fakes::Instant> next_wake() const override { return real_.next_wake(); }

  private:
    void sift(fakes::Instant now, fakes::Effects& effects) {
        if (!tamper_->swallow) return;
        fakes::Reply arrived;
        arrived.status = 202;
        for (std::size_t i = 0; i < effects.outgoing.size();) {
            if (!tamper_->swallow(effects.outgoing[i])) {
                ++i;
                continue;
            }
            const fakes::OutgoingId id = effects.outgoing[i].id;
            effects.outgoing.erase(effects.outgoing.begin() + static_cast<std::ptrdiff_t>(i));
            real_.answered(id, &arrived, now, effects);
        }
    }
    fakes::Server& real_;
    std::shared_ptr<const Tamper> tamper_;
};

class TalkativeLog final : public engine::Log {
  public:
    TalkativeLog(engine::Log& real, std::function<std::string()> line) : real_(real), line_(std::move(line)) {}
    void line(Level level, std::string_view text) override {
        real_.line(level, line_());
        real_.line(level, text);
    }

  private:
    engine::Log& real_;
    std::function<std::string()> line_;
};

class SpoiledStore : public engine::Store {
  public:
    explicit SpoiledStore(engine::Store& real) : real_(real) {}
    std::optional<std::string> get(std::string_view key) const override { return real_.get(key); }
    void put(std::string_view key, std::string_view value) override { real_.put(key, value); }
    void erase(std::string_view key) override { real_.erase(key); }
    void scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) const override {
        real_.scan(prefix, visit);
    }

  protected:
    engine::Store& real_;
};

class ForgetfulStore final : public SpoiledStore {
  public:
    ForgetfulStore(engine::Store& real, std::string prefix, int writes) : SpoiledStore(real), prefix_(std::move(prefix)), writes_left_(writes) {}
    void put(std::string_view key, std::string_view value) override {
        if (key.starts_with(prefix_) && writes_left_ > 0) --writes_left_;
        else real_.put(key, value);
    }

  private:
    std::string prefix_;
    int writes_left_;
};

class StoreWithMore final : public SpoiledStore {
  public:
    StoreWithMore(engine::Store& real, std::string key, std::string value)
        : SpoiledStore(real), key_(std::move(key)), value_(std::move(value)) {}
    void put(std::string_view key, std::string_view value) override {
        real_.put(key, value);
        real_.put(key_, value_);
    }

  private:
    std::string key_, value_;
};

engine::Task<engine::HttpResponse> pass(sim::Hook real, std::shared_ptr<const Door> door, HttpRequest request) {
    if (door->before) door->before(request);
    const HttpRequest arrived = request;
    engine::HttpResponse answer = co_await real(std::move(request));
    if (door->after) door->after(arrived, answer);
    co_return answer;
}

}  // namespace

sim::Doubles at_the_door(Door door) {
    sim::Doubles doubles;
    doubles.hook = [shared = std::make_shared<const Door>(std::move(door))](sim::Hook real) {
        return sim::Hook([=](HttpRequest request) { return pass(real, shared, std::move(request)); });
    };
    return doubles;
}

sim::Doubles on_the_wire(Meddle meddle) {
    sim::Doubles doubles;
    doubles.http = [shared = std::make_shared<const Meddle>(std::move(meddle))](engine::HttpClient& real, engine::Clock&) {
        return std::make_unique<MeddlingHttp>(real, shared);
    };
    return doubles;
}

sim::Doubles at_the_service(Tamper tamper) {
    sim::Doubles doubles;
    doubles.server = [shared = std::make_shared<const Tamper>(std::move(tamper))](
                         fakes::Server& real, const std::string& actor) -> std::unique_ptr<fakes::Server> {
        if (actor != shared->actor) return nullptr;
        return std::make_unique<TamperedServer>(real, shared);
    };
    return doubles;
}

sim::Doubles at_the_vault(fakes::KeyServer::Between between, std::string actor) {
    sim::Doubles doubles;
    doubles.server = [between = std::move(between), wanted = std::move(actor)](fakes::Server& real,
                                                                              const std::string& name) -> std::unique_ptr<fakes::Server> {
        if (auto* server = dynamic_cast<fakes::KeyServer*>(&real); server != nullptr && name == wanted) server->stand_between(between);
        return nullptr;
    };
    return doubles;
}

sim::Doubles with_config(std::function<void(engine::Config&)> change) {
    sim::Doubles doubles;
    doubles.config = std::move(change);
    return doubles;
}

sim::Doubles with_log_line(std::function<std::string()> line) {
    sim::Doubles doubles;
    doubles.log = [line = std::move(line)](engine::Log& real) { return std::make_unique<TalkativeLog>(real, line); };
    return doubles;
}

sim::Doubles with_stored(std::string key, std::string value) {
    sim::Doubles doubles;
    doubles.store = [key = std::move(key), value = std::move(value)](engine::Store& real) {
        return std::make_unique<StoreWithMore>(real, key, value);
    };
    return doubles;
}

sim::Doubles with_forgetful_store(std::string prefix, int writes) {
    sim::Doubles doubles;
    doubles.store = [prefix = std::move(prefix), writes](engine::Store& real) { return std::make_unique<ForgetfulStore>(real, prefix, writes); };
    return doubles;
}

bool is(const HttpRequest& request, std::string_view method, std::string_view url_part) {
    return (method.empty() || request.method == method) && request.url.find(url_part) != std::string::npos;
}

sim::Doubles after_reading(std::string url_part, std::function<void(HttpResult&)> edit) {
    Meddle meddle;
    meddle.after = [=](const HttpRequest& request, HttpResult& result) {
        if (is(request, "", url_part)) edit(result);
    };
    return on_the_wire(std::move(meddle));
}

HttpResult answer(int status, std::string body) {
    HttpResult result;
    result.response.status = status;
    result.response.body = std::move(body);
    return result;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

void edit_json(std::string& body, const std::function<void(Json&)>& edit) {
    Json json = Json::parse(body, nullptr, false);
    if (json.is_discarded()) return;
    edit(json);
    body = json.dump();
}

std::string base64(std::string_view bytes) {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k)
            out += k <= bytes.size() - i ? alphabet[(three >> (18 - 6 * k)) & 63u] : '=';
    }
    return out;
}

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string percent(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        out += plain ? std::string(1, c) : "%" + hex(std::string_view(&c, 1));
    }
    return out;
}

HttpRequest like(const HttpRequest& request, std::string method, std::string url) {
    HttpRequest out = request;
    out.method = std::move(method);
    out.url = std::move(url);
    out.body.clear();
    return out;
}

sim::Doubles in_every_item(std::function<void(Json&)> edit) {
    Meddle meddle;
    meddle.before = [edit = std::move(edit)](HttpRequest& request) {
        if (is_item(request)) edit_json(request.body, edit);
    };
    return on_the_wire(std::move(meddle));
}

sim::Doubles never_sent(std::string method, std::string url_part, int status, std::string body) {
    Meddle meddle;
    meddle.instead = [=](const HttpRequest& request) -> std::optional<HttpResult> {
        if (!is(request, method, url_part)) return std::nullopt;
        return answer(status, body);
    };
    return on_the_wire(std::move(meddle));
}

sim::Doubles misread(std::string from, std::string to, std::string url_part) {
    Meddle meddle;
    meddle.after = [=](const HttpRequest& request, HttpResult& result) {
        if (request.method == "GET" && is(request, "", url_part)) replace_all(result.response.body, from, to);
    };
    return on_the_wire(std::move(meddle));
}

}  // namespace defects
