#include "engine/service/metrics.hpp"

#include <charconv>

namespace engine::service {
namespace {

double seconds(Duration span) { return static_cast<double>(span.count()) / 1000; }
double number(std::size_t value) { return static_cast<double>(value); }

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    for (const auto& [word, text] : {std::pair("HELP", help), std::pair("TYPE", type)}) {
        out_ += "# ";
        out_ += word;
        out_ += ' ';
        out_ += name;
        out_ += ' ';
        out_ += text;
        out_ += '\n';
    }
}

void MetricsText::sample(const Labels& labels, double value, std::string_view suffix) {
    out_ += name_;
    out_ += suffix;
    char mark = '{';
    for (const auto& [label, text] : labels) {
        out_ += mark;
        out_ += label;
        out_ += "=\"";
        for (const char c : text) {
            if (c == '\n') out_ += "\\n";
            else if (c == '"' || c == '\\') (out_ += '\\') += c;
            else out_ += c;
        }
        out_ += '"';
        mark = ',';
    }
    if (!labels.empty()) out_ += '}';
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_ += ' ';
    out_.append(digits, end);
    out_ += '\n';
}

std::string metrics_text(const Figures& figures) {
    MetricsText out;
    const Status& engine = figures.engine;
    out.family("calrig_ready", "gauge", "1 when the engine works: the directory is known and the store can be written.");
    out.sample({}, figures.ready ? 1 : 0);
    out.family("calrig_mailboxes", "gauge", "Users and rooms of the directory, by activation.");
    for (const auto& [state, count] : {std::pair("idle", engine.idle), std::pair("pending", engine.pending), std::pair("active", engine.active), std::pair("error", engine.in_error)})
        out.sample({{"state", state}}, number(count));
    out.family("calrig_mailboxes_resting", "gauge", "Mailboxes whose work failed and waits to be tried again.");
    out.sample({}, number(engine.resting));
    out.family("calrig_subscriptions", "gauge", "Mailboxes that a provider tells about changes.");
    out.sample({}, number(engine.subscribed));
    out.family("calrig_events", "gauge", "Events and series that are followed.");
    out.sample({}, number(engine.sources));
    out.family("calrig_list_items", "gauge", "Items in meeting lists.");
    out.sample({}, number(engine.items));
    out.family("calrig_queue", "gauge", "Mailboxes that wait for work, by lane.");
    for (const Status::Lane& lane : engine.lanes) out.sample({{"lane", lane.name}}, number(lane.queued));
    out.family("calrig_working", "gauge", "Mailboxes being worked on, by lane.");
    for (const Status::Lane& lane : engine.lanes) out.sample({{"lane", lane.name}}, number(lane.running));
    out.family("calrig_timers", "gauge", "Timers that are set.");
    out.sample({}, number(engine.timers));
    if (engine.last_sync) {
        out.family("calrig_last_sync_age_seconds", "gauge", "Since any active mailbox was last found in step with its calendar.");
        out.sample({}, seconds(figures.now - *engine.last_sync));
    }
    if (engine.oldest_sync) {
        out.family("calrig_oldest_sync_age_seconds", "gauge", "The same for the mailbox for which it is longest ago; a quiet one is looked at daily.");
        out.sample({}, seconds(figures.now - *engine.oldest_sync));
    }
    out.family("calrig_mailboxes_never_synced", "gauge", "Active mailboxes that were not in step once since the start.");
    out.sample({}, number(engine.never_synced));
    if (figures.exchanges != nullptr && !figures.exchanges->empty()) {
        out.family("calrig_exchanges_total", "counter", "Requests to services, by service and result.");
        for (const auto& [service, mine] : *figures.exchanges)
            for (const auto& [result, count] : mine.by_result) out.sample({{"service", service}, {"result", result}}, static_cast<double>(count));
        out.family("calrig_exchange_seconds", "histogram", "How long services took to answer, waiting for a connection included.");
        for (const auto& [service, mine] : *figures.exchanges) {
            std::uint64_t up_to = 0;
            for (std::size_t i = 0; i < exchange_buckets_ms.size(); ++i) {
                up_to += mine.within[i];
                char bound[16];
                const auto end = std::to_chars(bound, bound + sizeof bound, static_cast<double>(exchange_buckets_ms[i]) / 1000).ptr;
                out.sample({{"service", service}, {"le", std::string_view(bound, static_cast<std::size_t>(end - bound))}}, static_cast<double>(up_to), "_bucket");
            }
            out.sample({{"service", service}, {"le", "+Inf"}}, static_cast<double>(mine.count), "_bucket");
            out.sample({{"service", service}}, static_cast<double>(mine.milliseconds) / 1000, "_sum");
            out.sample({{"service", service}}, static_cast<double>(mine.count), "_count");
        }
    }
    out.family("calrig_exchanges_under_way", "gauge", "Requests sent or waiting to be.");
    out.sample({}, number(figures.exchanges_under_way));
    out.family("calrig_exchanges_waiting", "gauge", "Requests that wait for a connection.");
    out.sample({}, number(figures.exchanges_waiting));
    out.family("calrig_connections", "gauge", "Connections to services, idle ones included.");
    out.sample({}, number(figures.connections));
    if (!figures.hooks.empty()) {
        out.family("calrig_hooks_total", "counter", "Notifications and handshakes that came, by sender and answer.");
        for (const auto& [key, count] : figures.hooks) out.sample({{"sender", key.first}, {"status", std::to_string(key.second)}}, static_cast<double>(count));
    }
    out.family("calrig_hook_connections", "gauge", "Open connections of notifying services.");
    out.sample({}, number(figures.hook_connections));
    out.family("calrig_store_writes_total", "counter", "Values written or erased.");
    out.sample({}, static_cast<double>(figures.store_writes));
    out.family("calrig_store_commits_total", "counter", "Commits that were synced to the disk.");
    out.sample({}, static_cast<double>(figures.store_commits));
    out.family("calrig_store_bytes", "gauge", "Size of the store's files.");
    out.sample({}, number(figures.store_bytes));
    out.family("calrig_log_lines_total", "counter", "Log lines, by level, also those that are not shown.");
    constexpr std::string_view levels[] = {"info", "warning", "error"};
    for (std::size_t i = 0; i < figures.log_lines.size(); ++i) out.sample({{"level", levels[i]}}, static_cast<double>(figures.log_lines[i]));
    out.family("process_cpu_seconds_total", "counter", "Processor time, user and system.");
    out.sample({}, figures.processor_seconds);
    out.family("process_resident_memory_bytes", "gauge", "Resident memory.");
    out.sample({}, number(figures.resident_bytes));
    out.family("process_start_time_seconds", "gauge", "Start, in seconds since 1970.");
    out.sample({}, static_cast<double>(figures.started.time_since_epoch().count()) / 1000);
    return out.take();
}

}  // namespace engine::service
