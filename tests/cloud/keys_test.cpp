#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fakes/cloud/wire_text.hpp"
#include "fakes/mac.hpp"
#include "tests/cloud/stage.hpp"

namespace {

using nlohmann::json;
using stage::Stage;

json ask(Stage& s, const json& message, const std::string& token = Stage::service) {
    return json::parse(s.key_message(message.dump(), token));
}
json retrieve(Stage& s, const std::string& key, const std::string& who) {
    return ask(s, {{"method", "retrieve"}, {"uri", key}, {"requestId", "r1"}}, who);
}

TEST(Keys, GoToAuthorisedUsersOnly) {
    Stage s;
    const std::string key = s.make_key({"ana", "ben"});
    const json given = retrieve(s, key, s.token("ben"));
    EXPECT_EQ(given.at("status"), 200);
    EXPECT_EQ(given.at("requestId"), "r1");
    EXPECT_EQ(given.at("key").at("jwk").at("k"), s.keys->vault().key(key));
    const json refused = retrieve(s, key, s.token("cid"));
    EXPECT_EQ(refused.at("status"), 403);
    EXPECT_FALSE(refused.contains("key"));
    EXPECT_EQ(json::parse(s.key_message("{}", "nobody")).count("kmsMessages"), 0u);
}

TEST(Keys, UnboundGoToTheirCreatorOnly) {
    Stage s;
    const json made = ask(s, {{"method", "create"}, {"uri", "/keys"}, {"count", 2}});
    EXPECT_EQ(made.at("status"), 201);
    ASSERT_EQ(made.at("keys").size(), 2u);
    EXPECT_NE(made.at("keys")[0].at("jwk").at("k"), made.at("keys")[1].at("jwk").at("k"));
    const std::string key = made.at("keys")[0].at("uri");
    EXPECT_EQ(retrieve(s, key, Stage::service).at("status"), 200);
    EXPECT_EQ(retrieve(s, key, s.token("ana")).at("status"), 403);
    EXPECT_EQ(ask(s, {{"method", "create"}, {"uri", "/resources"}, {"userIds", {s.id("ana")}}, {"keyUris", {key}}},
                  s.token("ana")).at("status"), 403)
        << "somebody else's key cannot be bound";
}

TEST(Keys, AuthorisationsComeAndGoAtOnce) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    const std::string resource = s.resource_of(key);
    EXPECT_EQ(retrieve(s, key, s.token("ben")).at("status"), 403);
    EXPECT_EQ(ask(s, {{"method", "create"}, {"uri", "/authorizations"}, {"resourceUri", resource}, {"userIds", {s.id("cid")}}},
                  s.token("ben")).at("status"), 403)
        << "an outsider lets nobody in";
    EXPECT_EQ(ask(s, {{"method", "create"}, {"uri", "/authorizations"}, {"resourceUri", resource}, {"userIds", {s.id("ben")}}})
                  .at("status"), 201);
    EXPECT_EQ(retrieve(s, key, s.token("ben")).at("status"), 200);
    std::string escaped;
    for (const char c : resource) escaped += c == ':' ? std::string("%3A") : c == '/' ? std::string("%2F") : std::string(1, c);
    const json gone = ask(s, {{"method", "delete"}, {"uri", "/authorizations?resourceUri=" + escaped + "&authId=" + s.id("ben")}});
    EXPECT_EQ(gone.at("status"), 200) << gone;
    EXPECT_EQ(retrieve(s, key, s.token("ben")).at("status"), 403);
    EXPECT_EQ(retrieve(s, key, s.token("ana")).at("status"), 200);
}

TEST(Keys, RetiredOnesStillOpenButSayThatTheyExpired) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    EXPECT_TRUE(s.keys->retire(key, s.now));
    EXPECT_FALSE(s.keys->retire("kms://kms.calrig.example/keys/none", s.now));
    const json reply = retrieve(s, key, s.token("ana"));
    EXPECT_EQ(reply.at("status"), 200) << reply;
    EXPECT_EQ(reply.at("key").at("expirationDate"), fakes::wire_text::write_time(s.now)) << reply;
}

TEST(Keys, AMoveTakesTheResourceAlongAndHandsFollowIt) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    const std::string resource = s.resource_of(key);
    EXPECT_FALSE(s.keys->move("kms://kms.calrig.example/keys/none"));
    EXPECT_TRUE(s.keys->move(key));
    EXPECT_TRUE(s.keys->move(key)) << "by the name it had first";
    EXPECT_EQ(s.keys->vault().names(key).size(), 3u);
    json reply = retrieve(s, key, s.token("ana"));
    ASSERT_EQ(reply.at("errorCode"), 301002) << reply;
    reply = ask(s, {{"method", "create"}, {"uri", "/authorizations"}, {"resourceUri", resource}, {"userIds", {s.id("ben")}}});
    ASSERT_EQ(reply.at("errorCode"), 301002) << reply;
    EXPECT_TRUE(s.keys->revoke(key));
    EXPECT_EQ(retrieve(s, s.keys->vault().names(key).front(), s.token("ana")).at("status"), 405);
}

TEST(Keys, RevokedAreAnswered405) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    EXPECT_TRUE(s.keys->revoke(key));
    EXPECT_FALSE(s.keys->revoke("kms://kms.calrig.example/keys/none"));
    const json reply = retrieve(s, key, s.token("ana"));
    EXPECT_EQ(reply.at("status"), 405);
    EXPECT_EQ(reply.at("errorCode"), 405005);
}

TEST(Keys, ServerCanRefuseEverybody) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    s.keys->refuse(true);
    EXPECT_EQ(retrieve(s, key, s.token("ana")).at("status"), 403);
    s.keys->refuse(false);
    EXPECT_EQ(retrieve(s, key, s.token("ana")).at("status"), 200);
}

TEST(Keys, AreTheSameForTheSameSeed) {
    Stage a;
    Stage b;
    EXPECT_EQ(a.keys->vault().key(a.make_key({"ana"})), b.keys->vault().key(b.make_key({"ana"})));
}

TEST(Keys, OddMessagesAreAnswered) {
    Stage s;
    EXPECT_EQ(ask(s, {{"method", "update"}, {"uri", "/ping"}}).at("status"), 200);
    EXPECT_EQ(ask(s, {{"method", "update"}, {"uri", "/ping"}, {"subject", "Planning"}}).at("status"), 400) << "a stranger member";
    EXPECT_EQ(ask(s, {{"method", "create"}, {"uri", "/keys"}, {"count", -1}}).at("status"), 400);
    EXPECT_EQ(ask(s, {{"method", "retrieve"}, {"uri", "kms://elsewhere.example/keys/1"}}).at("status"), 404);
    EXPECT_EQ(ask(s, {{"method", "create"}, {"uri", "/resources"}, {"userIds", "ana"}, {"keyUris", json::array()}}).at("status"), 400);
}

// RFC 4231, 4.2, 4.3 and 4.7 (a key longer than a block).
TEST(Mac, AgreesWithThePublishedVectors) {
    const auto hex = [](std::string_view bytes) {
        std::string out;
        for (const char c : bytes)
            for (const int nibble : {static_cast<unsigned char>(c) >> 4, static_cast<unsigned char>(c) & 15}) out += "0123456789abcdef"[nibble];
        return out;
    };
    EXPECT_EQ(hex(fakes::hmac_sha256(std::string(20, '\x0b'), "Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(fakes::hmac_sha256("Jefe", "what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(fakes::hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
