#include "engine/adapters/sqlite_store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace engine::adapters {
namespace {

// "calr": tools and later versions see whose file it is (sqlite.org/pragma.html#pragma_application_id).
constexpr int application_id = 0x63616c72;
constexpr int layout_version = 1;

std::string sentence(const std::string& path, const std::string& why) { return "the store " + path + ": " + why; }

}  // namespace

struct SqliteStore::Parts {
    std::string path;
    sqlite3* database = nullptr;
    mutable sqlite3_stmt* get = nullptr;
    mutable sqlite3_stmt* scan = nullptr;
    sqlite3_stmt* put = nullptr;
    sqlite3_stmt* erase = nullptr;

    ~Parts() {
        for (sqlite3_stmt* one : {get, scan, put, erase}) sqlite3_finalize(one);
        sqlite3_close(database);
    }
    [[noreturn]] void fail(const std::string& doing) const {
        throw StoreFailure(sentence(path, doing + ": " + (database == nullptr ? "out of memory" : sqlite3_errmsg(database))));
    }
    void run(const char* sql) const {
        if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
    }
    std::int64_t number(const char* sql) const {
        sqlite3_stmt* statement = prepare(sql);
        const bool row = sqlite3_step(statement) == SQLITE_ROW;
        const std::int64_t value = row ? sqlite3_column_int64(statement, 0) : 0;
        sqlite3_finalize(statement);
        if (!row) fail(sql);
        return value;
    }
    sqlite3_stmt* prepare(const char* sql) const {
        sqlite3_stmt* out = nullptr;
        if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, nullptr) != SQLITE_OK) fail(sql);
        return out;
    }
    void bind(sqlite3_stmt* statement, int index, std::string_view bytes) const {
        // A null pointer would be bound as NULL, not as an empty value.
        const char* data = bytes.data() == nullptr ? "" : bytes.data();
        if (sqlite3_bind_blob64(statement, index, data, bytes.size(), SQLITE_STATIC) != SQLITE_OK) fail("bind");
    }
    void step(sqlite3_stmt* statement) const {
        const int result = sqlite3_step(statement);
        sqlite3_reset(statement);
        if (result != SQLITE_DONE) fail("write");
    }
    void open() {
        // Made here, so that nobody else may ever read it: SQLite gives its -wal file the same mode.
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0) throw StoreFailure(sentence(path, std::string("cannot be opened: ") + std::strerror(errno)));
        struct stat about {};
        const bool open_to_others = ::fstat(file, &about) == 0 && (about.st_mode & 077) != 0;
        ::close(file);
        if (open_to_others) throw StoreFailure(sentence(path, "may be read by others than its owner: chmod 600 it"));
        if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr) != SQLITE_OK) fail("open");
        sqlite3_extended_result_codes(database, 1);
        // A second engine on the same store would do everything twice: the lock is kept while this one lives.
        run("PRAGMA locking_mode=EXCLUSIVE");
        run("PRAGMA trusted_schema=OFF");
        if (sqlite3_exec(database, "PRAGMA journal_mode=WAL; BEGIN EXCLUSIVE; COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
            if ((sqlite3_errcode(database) & 0xff) == SQLITE_BUSY) throw StoreFailure(sentence(path, "another engine is using it"));
            fail("open");
        }
        run("PRAGMA synchronous=FULL");  // also after the power failed, what was committed is there
        run("PRAGMA secure_delete=ON");
        const std::int64_t id = number("PRAGMA application_id");
        const std::int64_t version = number("PRAGMA user_version");
        const std::int64_t tables = number("SELECT count(*) FROM sqlite_schema");
        if (tables > 0 && id != application_id) throw StoreFailure(sentence(path, "is a SQLite file, but not this program's"));
        if (version > layout_version) throw StoreFailure(sentence(path, "was written by a later version of this program"));
        if (tables == 0) {
            const std::string make = "BEGIN; CREATE TABLE pairs(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                                     "PRAGMA application_id=" + std::to_string(application_id) + "; PRAGMA user_version=" + std::to_string(layout_version) + "; COMMIT";
            run(make.c_str());
        }
        get = prepare("SELECT value FROM pairs WHERE key=?1");
        put = prepare("INSERT INTO pairs(key,value) VALUES(?1,?2) ON CONFLICT(key) DO UPDATE SET value=excluded.value");
        erase = prepare("DELETE FROM pairs WHERE key=?1");
        scan = prepare("SELECT key,value FROM pairs WHERE key>=?1 ORDER BY key");
    }
};

namespace {

std::string_view column(sqlite3_stmt* statement, int index) {
    const void* bytes = sqlite3_column_blob(statement, index);
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement, index))};
}

}  // namespace

SqliteStore::SqliteStore(const std::string& path) : parts_(std::make_unique<Parts>()) {
    parts_->path = path;
    parts_->open();
}

SqliteStore::~SqliteStore() {
    if (within_) sqlite3_exec(parts_->database, "COMMIT", nullptr, nullptr, nullptr);
}

std::optional<std::string> SqliteStore::get(std::string_view key) const {
    parts_->bind(parts_->get, 1, key);
    const int result = sqlite3_step(parts_->get);
    std::optional<std::string> out;
    if (result == SQLITE_ROW) out.emplace(column(parts_->get, 0));
    sqlite3_reset(parts_->get);
    if (result != SQLITE_ROW && result != SQLITE_DONE) parts_->fail("read");
    return out;
}

void SqliteStore::put(std::string_view key, std::string_view value) {
    parts_->bind(parts_->put, 1, key);
    parts_->bind(parts_->put, 2, value);
    parts_->step(parts_->put);
    if (!within_) ++commits_;
}

void SqliteStore::erase(std::string_view key) {
    parts_->bind(parts_->erase, 1, key);
    parts_->step(parts_->erase);
    if (!within_) ++commits_;
}

void SqliteStore::scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) const {
    parts_->bind(parts_->scan, 1, prefix);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_reset)> again(parts_->scan, &sqlite3_reset);
    int result = SQLITE_DONE;
    while ((result = sqlite3_step(parts_->scan)) == SQLITE_ROW) {
        const std::string_view key = column(parts_->scan, 0);
        if (!key.starts_with(prefix)) return;
        visit(key, column(parts_->scan, 1));
    }
    if (result != SQLITE_DONE) parts_->fail("read");
}

void SqliteStore::begin() {
    parts_->run("BEGIN IMMEDIATE");
    within_ = true;
}

void SqliteStore::commit() {
    if (!within_) return;
    parts_->run("COMMIT");
    within_ = false;
    ++commits_;
}

std::size_t SqliteStore::file_bytes() const {
    std::size_t sum = 0;
    for (const char* suffix : {"", "-wal"}) {
        struct stat about {};
        if (::stat((parts_->path + suffix).c_str(), &about) == 0) sum += static_cast<std::size_t>(about.st_size);
    }
    return sum;
}

}  // namespace engine::adapters
