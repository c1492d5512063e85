#include "fakes/microsoft/batch.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/reading.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using nlohmann::json;

constexpr ExchangeId step_ids = ExchangeId{1} << 63;  // apart from those the network gives

BatchStep step_of(const json& value, const Request& like, std::string_view version_path) {
    using reading::refuse;
    reading::object(value, "a request of a batch");
    BatchStep out;
    out.request.host = like.host;
    bool typed = false;
    for (const auto& [name, member] : value.items()) {
        const std::string word = lower(name);
        if (word == "id") {
            out.id = member.is_number_integer() ? std::to_string(member.get<std::int64_t>()) : reading::text(member);
        } else if (word == "method") {
            out.request.method = reading::text(member);
            for (char& c : out.request.method)
                if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        } else if (word == "url") {
            const std::string url = reading::text(member);
            if (url.size() > limits::target_bytes) refuse(errors::batch_invalid("The url of a batch request is too long."));
            out.request.target = std::string(version_path) + (url.starts_with("/") ? "" : "/") + url;
        } else if (word == "headers") {
            if (member.is_null()) continue;
            for (const auto& [header, content] : reading::object(member, "headers").items()) {
                if (same_text(header, "Authorization")) continue;  // the outer request's counts
                if (same_text(header, "Content-Type")) typed = true;
                out.request.headers.push_back({header, reading::text(content)});
            }
        } else if (word == "body") {
            if (!member.is_null()) out.request.body = member.is_string() ? member.get<std::string>() : member.dump();
        }
    }
    static constexpr std::array<std::string_view, 5> methods = {"GET", "POST", "PATCH", "PUT", "DELETE"};
    if (out.id.empty()) refuse(errors::batch_invalid("Batch request id cannot be null or empty."));
    if (std::find(methods.begin(), methods.end(), out.request.method) == methods.end()) refuse(errors::batch_invalid("Invalid method in batch request '" + out.id.substr(0, 60) + "'."));
    if (out.request.target.empty()) refuse(errors::batch_invalid("Invalid request url in batch request '" + out.id.substr(0, 60) + "'."));
    if (!out.request.body.empty() && !typed)
        refuse(errors::batch_invalid("Content-Type header must be specified for a batch request with a body: '" + out.id.substr(0, 60) + "'."));
    return out;
}

}  // namespace

std::variant<std::vector<BatchStep>, Fault> read_batch(std::string_view body, const Request& like, std::string_view version_path) {
    try {
        const json value = reading::parsed(body);
        const auto list = value.find("requests");
        if (list == value.end() || !list->is_array() || list->empty()) return errors::batch_invalid("Invalid batch payload format.");
        if (list->size() > limits::batch_steps) return errors::batch_invalid("Number of batch request steps exceeds the maximum value of 20.");
        std::vector<BatchStep> out;
        std::map<std::string, std::size_t> by_id;
        for (const json& each : *list) {
            out.push_back(step_of(each, like, version_path));
            if (!by_id.emplace(lower(out.back().id), out.size() - 1).second) return errors::batch_invalid("Request Id " + out.back().id.substr(0, 60) + " has to be unique in a batch.");
        }
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto needs = (*list)[i].find("dependsOn");
            if (needs == (*list)[i].end() || needs->is_null()) continue;
            for (const json& each : reading::array(*needs, "dependsOn")) {
                const auto found = by_id.find(lower(reading::text(each)));
                // Only what stands before it: so there is no circle either.
                if (found == by_id.end() || found->second >= i)
                    return errors::batch_invalid("Request '" + out[i].id.substr(0, 60) + "' depends on a request that does not come before it.");
                out[i].needs.push_back(found->second);
            }
        }
        return out;
    } catch (reading::Refused& refused) {
        if (refused.fault.code == "UnableToDeserializePostBody") return errors::batch_invalid("Invalid batch payload format.");
        return std::move(refused.fault);
    }
}

void put_response(Batch& batch, std::size_t index, const Reply& reply) {
    BatchStep& step = batch.steps[index];
    step.state = BatchStep::State::done;
    step.status = reply.status;
    ++batch.done;
    std::string& out = batch.responses;
    if (!out.empty()) out += ',';
    out += "{";
    put_member(out, "id", step.id);
    out += ",\"status\":" + std::to_string(reply.status) + ",\"headers\":{";
    // Names are spelled as the service spells them: an official client looks for "Content-Type" and no other case.
    static constexpr std::array<std::string_view, 7> told = {"Cache-Control", "Content-Type", "ETag", "Location", "Retry-After", "Preference-Applied", "OData-Version"};
    bool first = true;
    for (const std::string_view name : told) {
        const std::string* value = find_header(reply.headers, name);
        if (!value) continue;
        if (!std::exchange(first, false)) out += ',';
        put_json(out, name);
        out += ':';
        put_json(out, *value);
    }
    out += "},\"body\":";
    // Graph docs, "Combine multiple requests": what is no JSON (an attachment's bytes) comes as base64 in a JSON string.
    const std::string* type = find_header(reply.headers, "Content-Type");
    if (reply.body.empty()) out += "null";
    else if (type == nullptr || lower(*type).starts_with("application/json")) out += reply.body;
    else put_json(out, base64(reply.body));
    out += '}';
}

void Graph::batch_request(ExchangeId id, const Call& call, Effects& effects) {
    const auto answer = [&](Reply reply) { effects.answers.push_back({id, std::move(reply)}); };
    if (id & step_ids) return answer(refuse(call, errors::batch_invalid("A batch cannot hold a batch.")));
    if (call.request.method != "POST") return answer(refuse(call, errors::method_not_allowed(call.request.method)));
    auto steps = read_batch(call.request.body, call.request, version_path_);
    if (Fault* fault = std::get_if<Fault>(&steps)) return answer(refuse(call, *fault));
    Batch& batch = batches_[++last_batch_];
    batch.outer = id;
    batch.marks = call.marks;
    batch.access = call.access;
    batch.steps = std::move(std::get<0>(steps));
    advance_batch(last_batch_, effects);
}

void Graph::advance_batch(std::uint64_t number, Effects& effects) {
    Batch& batch = batches_.at(number);
    for (std::size_t i = 0; i < batch.steps.size(); ++i) {
        BatchStep& step = batch.steps[i];
        if (step.state != BatchStep::State::waiting) continue;
        bool ready = true, failed = false;
        for (const std::size_t need : step.needs) {
            ready = ready && batch.steps[need].state == BatchStep::State::done;
            failed = failed || batch.steps[need].status >= 400;
        }
        if (!ready) continue;
        Exchange marks = marks_of(step.request, batch.marks.now);
        if (failed) {
            put_response(batch, i, error_reply(errors::dependency_failed(), marks));
            continue;
        }
        step.state = BatchStep::State::running;
        const ExchangeId id = step_ids | ++last_step_;
        batch_steps_[id] = {number, i};
        dispatch(id, step.request, batch.access, marks, effects);
    }
    if (batch.done < batch.steps.size()) return;
    Reply reply = json_reply(200, "{\"responses\":[" + batch.responses + "]}", batch.marks);
    for (Header& header : reply.headers)
        if (header.name == "Content-Type") header.value = "application/json";
    effects.answers.push_back({batch.outer, std::move(reply)});
    batches_.erase(number);
}

void Graph::settle_batches(Effects& effects) {
    for (std::size_t i = 0; i < effects.answers.size();) {
        if (!(effects.answers[i].to & step_ids)) {
            ++i;
            continue;
        }
        const auto found = batch_steps_.find(effects.answers[i].to);
        const Reply reply = std::move(effects.answers[i].reply);
        effects.answers.erase(effects.answers.begin() + static_cast<std::ptrdiff_t>(i));
        if (found == batch_steps_.end()) continue;
        const auto [batch, step] = found->second;
        batch_steps_.erase(found);
        put_response(batches_.at(batch), step, reply);
        advance_batch(batch, effects);
    }
}

}  // namespace fakes::microsoft
