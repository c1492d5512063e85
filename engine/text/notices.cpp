#include "engine/text/notices.hpp"

#include <unicode/datefmt.h>
#include <unicode/msgfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <array>
#include <memory>

#include "engine/text/zone.hpp"

namespace engine::text {
namespace {

// ICU message patterns: {0} the start, {1} how many are invited, {2} how many a space takes. Plural categories as in
// CLDR; an apostrophe would begin ICU's quoting, so that the typographic one stands in the words.
struct SpaceLimitWords {
    std::string_view tag;
    const char* pattern;
};
constexpr std::array<SpaceLimitWords, 28> kSpaceLimit = {{
    {"ar", "يضم الاجتماع ({0}) {1, plural, zero {# مدعو} one {مدعوًا واحدًا} two {مدعوَّين} few {# مدعوين} many {# مدعوًا} "
           "other {# مدعو}}. تتسع المساحة لـ {2, number} على الأكثر، لذلك لم تُضف تفاصيل الانضمام."},
    {"cs", "Schůzka ({0}) má {1, plural, one {# pozvaného} few {# pozvané} many {# pozvaného} other {# pozvaných}}. "
           "Do prostoru se vejde nejvýše {2, number}, proto nebyly přidány údaje pro připojení."},
    {"da", "Mødet ({0}) har {1, plural, one {# inviteret} other {# inviterede}}. Et rum kan højst have {2, number}, "
           "så der blev ikke tilføjet mødeoplysninger."},
    {"de", "Das Meeting ({0}) hat {1, plural, one {# Eingeladenen} other {# Eingeladene}}. Ein Bereich fasst höchstens "
           "{2, number}, deshalb wurden keine Teilnahmeinformationen hinzugefügt."},
    {"el", "Η σύσκεψη ({0}) έχει {1, plural, one {# προσκεκλημένο} other {# προσκεκλημένους}}. Ένας χώρος δέχεται έως "
           "{2, number}, γι’ αυτό δεν προστέθηκαν στοιχεία συμμετοχής."},
    {"en", "The meeting ({0}) has {1, plural, one {# invitee} other {# invitees}}. A space takes at most {2, number}, "
           "so no join details were added."},
    {"es", "La reunión ({0}) tiene {1, plural, one {# invitado} other {# invitados}}. Un espacio admite como máximo "
           "{2, number}, por lo que no se añadieron datos para unirse."},
    {"fi", "Kokoukseen ({0}) on kutsuttu {1, plural, one {# henkilö} other {# henkilöä}}. Tilaan mahtuu enintään "
           "{2, number}, joten liittymistietoja ei lisätty."},
    {"fr", "La réunion ({0}) compte {1, plural, one {# invité} other {# invités}}. Un espace accueille au plus "
           "{2, number} personnes ; les informations de connexion n’ont pas été ajoutées."},
    {"he", "בפגישה ({0}) יש {1, plural, one {מוזמן אחד} two {שני מוזמנים} other {# מוזמנים}}. במרחב יש מקום לכל היותר "
           "ל-{2, number}, ולכן לא נוספו פרטי הצטרפות."},
    {"hu", "Az értekezletnek ({0}) {1, plural, one {# meghívottja} other {# meghívottja}} van. Egy tér legfeljebb "
           "{2, number} főt fogad, ezért a csatlakozási adatok nem kerültek be."},
    {"id", "Rapat ({0}) mengundang {1, plural, other {# orang}}. Satu ruang menampung paling banyak {2, number}, jadi "
           "detail bergabung tidak ditambahkan."},
    {"it", "La riunione ({0}) ha {1, plural, one {# invitato} other {# invitati}}. Uno spazio accoglie al massimo "
           "{2, number} persone, quindi i dati per partecipare non sono stati aggiunti."},
    {"ja", "ミーティング（{0}）の招待者は {1, plural, other {# 人}}です。スペースの定員は {2, number} 人のため、"
           "参加情報は追加されませんでした。"},
    {"ko", "미팅({0})의 초대 인원은 {1, plural, other {#명}}입니다. 스페이스의 최대 인원은 {2, number}명이므로 참여 정보가 "
           "추가되지 않았습니다."},
    {"nb", "Møtet ({0}) har {1, plural, one {# invitert} other {# inviterte}}. Et rom tar høyst {2, number}, så "
           "møteopplysninger ble ikke lagt til."},
    {"nl", "De vergadering ({0}) heeft {1, plural, one {# genodigde} other {# genodigden}}. Een ruimte biedt plaats aan "
           "hoogstens {2, number} personen, daarom zijn er geen deelnamegegevens toegevoegd."},
    {"pl", "Spotkanie ({0}) ma {1, plural, one {# zaproszoną osobę} few {# zaproszone osoby} many {# zaproszonych osób} "
           "other {# zaproszonej osoby}}. Obszar mieści najwyżej {2, number}, dlatego nie dodano danych do dołączenia."},
    {"pt", "A reunião ({0}) tem {1, plural, one {# convidado} other {# convidados}}. Um espaço comporta no máximo "
           "{2, number}; por isso os dados para entrar não foram adicionados."},
    {"ro", "Întâlnirea ({0}) are {1, plural, one {# invitat} few {# invitați} other {# de invitați}}. Un spațiu primește "
           "cel mult {2, number}, de aceea nu au fost adăugate datele de participare."},
    {"ru", "На совещание ({0}) {1, plural, one {приглашён # участник} few {приглашены # участника} many {приглашено # "
           "участников} other {приглашено # участника}}. Пространство вмещает не более {2, number}, поэтому данные для "
           "входа не добавлены."},
    {"sv", "Mötet ({0}) har {1, plural, one {# inbjuden} other {# inbjudna}}. Ett utrymme rymmer högst {2, number}, "
           "därför lades ingen mötesinformation till."},
    {"th", "การประชุม ({0}) มีผู้ได้รับเชิญ {1, plural, other {# คน}} พื้นที่รับได้มากที่สุด {2, number} คน "
           "จึงไม่ได้เพิ่มรายละเอียดการเข้าร่วม"},
    {"tr", "Toplantıya ({0}) {1, plural, one {# kişi} other {# kişi}} davet edildi. Bir alan en çok {2, number} kişi alır; "
           "bu nedenle katılım bilgileri eklenmedi."},
    {"uk", "На нараду ({0}) {1, plural, one {запрошено # учасника} few {запрошено # учасників} many {запрошено # "
           "учасників} other {запрошено # учасника}}. Простір вміщує щонайбільше {2, number}, тому дані для входу не "
           "додано."},
    {"vi", "Cuộc họp ({0}) có {1, plural, other {# người được mời}}. Một không gian nhận tối đa {2, number} người, vì vậy "
           "thông tin tham gia không được thêm."},
    {"zh-hans", "会议（{0}）邀请了 {1, plural, other {# 人}}。一个空间最多容纳 {2, number} 人，因此未添加加入信息。"},
    {"zh-hant", "會議（{0}）邀請了 {1, plural, other {# 人}}。一個空間最多容納 {2, number} 人，因此未加入會議資訊。"},
}};

icu::UnicodeString day_and_time(Instant start, std::string_view zone, const icu::Locale& locale, UErrorCode& status) {
    const std::unique_ptr<icu::DateFormat> format(icu::DateFormat::createInstanceForSkeleton("yMMMMEEEEdjmm", locale, status));
    if (U_FAILURE(status)) return {};
    // The zone's clock is read by our own tables, the same as for events; ICU's may be of another year.
    format->adoptTimeZone(icu::TimeZone::getGMT()->clone());
    icu::UnicodeString out;
    format->format(static_cast<UDate>(wall_clock(start, zone).time_since_epoch().count()), out);
    return out;
}

}  // namespace

std::string space_limit_notice(const SpaceLimit& limit, std::string_view tag) {
    const auto row = std::ranges::find(kSpaceLimit, tag, &SpaceLimitWords::tag);
    const SpaceLimitWords& words = row == kSpaceLimit.end() ? *std::ranges::find(kSpaceLimit, "en", &SpaceLimitWords::tag) : *row;
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale locale = icu::Locale::forLanguageTag(std::string(words.tag), status);
    const icu::MessageFormat format(icu::UnicodeString::fromUTF8(words.pattern), locale, status);
    const icu::Formattable values[] = {icu::Formattable(day_and_time(limit.start, limit.zone, locale, status)),
                                       icu::Formattable(limit.invitees), icu::Formattable(limit.most)};
    icu::UnicodeString text;
    icu::FieldPosition nowhere(icu::FieldPosition::DONT_CARE);
    format.format(values, 3, text, nowhere, status);
    std::string out;
    if (U_SUCCESS(status)) text.toUTF8String(out);
    return out;
}

}  // namespace engine::text
