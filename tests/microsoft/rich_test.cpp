// Notifications with resource data, and lifecycle events of subscriptions that were taken away.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tests/microsoft/certificate.hpp"
#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

std::string base64_of(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
    return out;
}

json rich(const OwnCertificate& certificate, const std::string& select = "subject,start,end") {
    return {{"includeResourceData", true}, {"encryptionCertificate", base64_of(certificate.der())}, {"encryptionCertificateId", "first"},
            {"resource", "users/ada@calrig.example/events?$select=" + select}, {"expirationDateTime", "2026-03-03T09:00:00Z"}};
}

/// What the receiver does: key, signature, text.
std::string opened(const json& content, const OwnCertificate& certificate) {
    const std::string key = certificate.decrypt(base64_decode(content["dataKey"].get<std::string>()));
    EXPECT_EQ(key.size(), 32u);
    if (key.size() != 32) return {};
    const std::string cipher = base64_decode(content["data"].get<std::string>());
    unsigned char tag[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), 32, reinterpret_cast<const unsigned char*>(cipher.data()), cipher.size(), tag, &length);
    EXPECT_EQ(base64_of({reinterpret_cast<const char*>(tag), length}), content["dataSignature"].get<std::string>());
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
    std::string out(cipher.size() + 16, '\0');
    int size = 0, last = 0;
    EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), nullptr, bytes, bytes);
    EVP_DecryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(cipher.data()), static_cast<int>(cipher.size()));
    EXPECT_EQ(EVP_DecryptFinal_ex(context, reinterpret_cast<unsigned char*>(out.data()) + size, &last), 1);
    EVP_CIPHER_CTX_free(context);
    out.resize(static_cast<std::size_t>(size + last));
    return out;
}

}  // namespace

TEST(MicrosoftRichNotifications, CarryTheSelectedPropertiesEncrypted) {
    Tenant tenant;
    const OwnCertificate certificate;
    const Answer made = tenant.subscribe("ada", rich(certificate));
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body["includeResourceData"], true);
    const std::string id = tenant.call("POST", tenant.events("ada"), tenant.meeting("Secret", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).body["id"];
    tenant.run_for(std::chrono::seconds(5));
    const auto told = tenant.take_notifications();
    ASSERT_EQ(told.size(), 1u);
    const json& content = told[0]["encryptedContent"];
    EXPECT_EQ(content["encryptionCertificateThumbprint"], certificate.thumbprint_hex());
    const json event = json::parse(opened(content, certificate));
    EXPECT_EQ(event["id"], id);
    EXPECT_EQ(event["subject"], "Secret");
    EXPECT_FALSE(event.contains("location"));
    EXPECT_EQ(tenant.sent.back().body.find("Secret"), std::string::npos);
    // The token beside it verifies with the tenant's published key and names the application.
    const json body = json::parse(tenant.sent.back().body);
    const std::string token = body["validationTokens"][0];
    fakes::Request request;
    request.method = "GET";
    request.host = "login.microsoftonline.com";
    request.target = "/common/discovery/v2.0/keys";
    const json keys = tenant.raw(request).body["keys"];
    EXPECT_TRUE(verifies(keys[0], token.substr(0, token.rfind('.')), jwt_part_decode(token.substr(token.rfind('.') + 1))));
    const json claims = json::parse(jwt_part_decode(token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1)));
    EXPECT_EQ(claims["aud"], tenant.organisation.microsoft_client);
    EXPECT_EQ(claims["appid"], "0bf30f3b-4a52-48df-9a82-234910c4a086");
    tenant.call("DELETE", tenant.events("ada") + "/" + id);
    tenant.run_for(std::chrono::seconds(5));
    const auto gone = tenant.take_notifications();
    ASSERT_EQ(gone.size(), 1u);
    EXPECT_EQ(json::parse(opened(gone[0]["encryptedContent"], certificate))["id"], id);
}

TEST(MicrosoftRichNotifications, NeedWhatTheyNeed) {
    Tenant tenant;
    const OwnCertificate certificate, small(1024);
    const auto status = [&](json more) { return tenant.subscribe("ada", std::move(more)).status; };
    json body = rich(certificate);
    body.erase("encryptionCertificate");
    EXPECT_EQ(status(body), 400);
    EXPECT_EQ(status(rich(small)), 400);
    EXPECT_EQ(status(rich(certificate, "subject,body")), 400);
    EXPECT_EQ(status(rich(certificate, "subject&$top=5")), 400);
    body = rich(certificate);
    body["resource"] = "users/ada@calrig.example/events";
    EXPECT_EQ(status(body), 400);
    body = rich(certificate);
    body["encryptionCertificate"] = "bm90IGEgY2VydGlmaWNhdGU=";
    EXPECT_EQ(status(body), 400);
    body = rich(certificate);
    body["expirationDateTime"] = "2026-03-04T09:15:00Z";  // two days: too long with resource data
    EXPECT_EQ(tenant.subscribe("ada", body).body["error"]["code"], "ExtensionError");
    const Answer made = tenant.subscribe("ada", rich(certificate));
    ASSERT_EQ(made.status, 201);
    EXPECT_EQ(tenant.call("PATCH", "/subscriptions/" + made.body["id"].get<std::string>(), {{"encryptionCertificateId", "second"}, {"expirationDateTime", "2026-03-03T08:00:00Z"}}).body["encryptionCertificateId"], "second");
}

TEST(MicrosoftRichNotifications, ImmutableIdsWhereTheSubscriptionAskedForThem) {
    Tenant tenant;
    const Answer made = tenant.call("POST", "/subscriptions",
                                    {{"changeType", "created"}, {"notificationUrl", "https://hook.calrig.example/graph"}, {"resource", "users/ada@calrig.example/events"}, {"expirationDateTime", "2026-03-03T09:00:00Z"}},
                                    {{"Prefer", "IdType=\"ImmutableId\""}});
    ASSERT_EQ(made.status, 201) << made.text;
    tenant.call("POST", tenant.events("ada"), tenant.meeting("A", "2026-03-17T07:00:00", "2026-03-17T08:00:00"));
    tenant.run_for(std::chrono::seconds(5));
    const auto told = tenant.take_notifications();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(told[0]["resourceData"]["id"].get<std::string>().starts_with("AAkALg"));
}

TEST(MicrosoftLifecycle, RemovedSubscriptionsAreToldWhereOptionsSaySo) {
    for (const bool tell : {false, true}) {
        fakes::MicrosoftOptions options;
        options.tell_removed_subscriptions = tell;
        Tenant tenant(options);
        ASSERT_EQ(tenant.subscribe("ada", {{"lifecycleNotificationUrl", "https://hook.calrig.example/lifecycle"}}).status, 201);
        const std::size_t before = tenant.sent.size();
        tenant.service->drop_subscriptions(tenant.now);
        tenant.run_for(std::chrono::seconds(5));
        ASSERT_EQ(tenant.sent.size(), before + (tell ? 1 : 0));
        if (tell) EXPECT_EQ(json::parse(tenant.sent.back().body)["value"][0]["lifecycleEvent"], "subscriptionRemoved");
        EXPECT_TRUE(tenant.call("GET", "/subscriptions").body["value"].empty());
    }
}
