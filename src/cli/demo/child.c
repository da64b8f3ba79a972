/* The children: names of the backgrounds that a Midlands city has, addresses that do not exist. */
#include "cli/demo/demo.h"

#include "base/buf.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define PICK(dice, list) ((list)[dice_between((dice), 0, (int)COUNT(list) - 1)])

enum { NAMES = 8 };
struct background {
    const char *code;
    int weight;
    const char *girls[NAMES];
    const char *boys[NAMES];
    const char *families[NAMES];
    const char *languages[2];
};

static const struct background backgrounds[] = {
    {"WBRI",
     34,
     {"Chloe", "Ellie", "Megan", "Amy", "Holly", "Lauren", "Jade", "Freya"},
     {"Jack", "Ryan", "Callum", "Liam", "Kyle", "Ethan", "Jordan", "Harry"},
     {"Wilkins", "Barratt", "Toone", "Freer", "Hallam", "Gamble", "Orton", "Measures"},
     {"English", "English"}},
    {"AIND",
     16,
     {"Priya", "Anjali", "Kavita", "Simran", "Nisha", "Diya", "Hetal", "Jaspreet"},
     {"Rohan", "Arjun", "Harpreet", "Kiran", "Dev", "Nikhil", "Jay", "Manveer"},
     {"Patel", "Sharma", "Mistry", "Gill", "Chauhan", "Sandhu", "Lad", "Solanki"},
     {"Gujarati", "Punjabi"}},
    {"APKN",
     8,
     {"Aisha", "Zara", "Maryam", "Hafsa", "Sana", "Iqra", "Amna", "Noor"},
     {"Hamza", "Bilal", "Usman", "Zain", "Faisal", "Imran", "Adeel", "Saad"},
     {"Malik", "Hussain", "Mahmood", "Akhtar", "Qureshi", "Butt", "Raza", "Iqbal"},
     {"Urdu", "English"}},
    {"ABAN",
     4,
     {"Nusrat", "Tahmina", "Rumana", "Fahmida", "Sadia", "Mim", "Afia", "Labiba"},
     {"Rahim", "Tanvir", "Shuhel", "Abir", "Nayeem", "Rafi", "Sakib", "Mahin"},
     {"Miah", "Begum", "Choudhury", "Uddin", "Khatun", "Islam", "Rahman", "Hoque"},
     {"Sylheti", "English"}},
    {"BAFR",
     6,
     {"Abena", "Chidinma", "Tendai", "Wanjiru", "Esi", "Folake", "Rudo", "Nyasha"},
     {"Kwame", "Tunde", "Farai", "Emeka", "Kofi", "Tapiwa", "Segun", "Kelechi"},
     {"Mensah", "Okafor", "Moyo", "Boateng", "Adeyemi", "Ncube", "Owusu", "Eze"},
     {"English", "Shona"}},
    {"BAFR",
     6,
     {"Hodan", "Ifrah", "Sagal", "Ayaan", "Fadumo", "Hibaq", "Ubah", "Nasra"},
     {"Abdi", "Liban", "Guled", "Mahad", "Zakaria", "Bashir", "Warsame", "Ayanle"},
     {"Hassan", "Ahmed", "Farah", "Jama", "Abdullahi", "Mohamud", "Warsame", "Nur"},
     {"Somali", "Somali"}},
    {"BCRB",
     5,
     {"Shanice", "Tiana", "Renee", "Keisha", "Alesha", "Jada", "Monique", "Tanisha"},
     {"Jermaine", "Andre", "Tyrell", "Marcus", "Delroy", "Reece", "Leroy", "Dwayne"},
     {"Campbell", "Grant", "Bailey", "Francis", "Henry", "Lewin", "Samuels", "Brissett"},
     {"English", "English"}},
    {"WOTH",
     7,
     {"Zuzanna", "Maja", "Oliwia", "Kinga", "Wiktoria", "Natalia", "Amelia", "Ola"},
     {"Jakub", "Kacper", "Filip", "Oskar", "Mateusz", "Szymon", "Dawid", "Igor"},
     {"Nowak", "Wojcik", "Zielinska", "Mazur", "Krol", "Pawlak", "Dudek", "Sikora"},
     {"Polish", "Polish"}},
    {"WIRI",
     3,
     {"Aoife", "Niamh", "Ciara", "Roisin", "Orla", "Caoimhe", "Sinead", "Maeve"},
     {"Cian", "Declan", "Oisin", "Conor", "Fionn", "Padraig", "Rory", "Eoin"},
     {"Gallagher", "Keane", "Brennan", "Doyle", "Sweeney", "Tierney", "Nolan", "Hanrahan"},
     {"English", "English"}},
    {"WIRT",
     2,
     {"Bridget", "Margaret", "Kathleen", "Shannon", "Mary-Ellen", "Theresa", "Nora", "Winnie"},
     {"Patrick", "Martin", "Michael", "Johnny", "Miley", "Hughie", "Danny", "Francie"},
     {"Ward", "McDonagh", "Connors", "Maughan", "Joyce", "Cash", "Quilligan", "Stokes"},
     {"English", "English"}},
    {"WROM",
     2,
     {"Denisa", "Vanesa", "Roxana", "Esmeralda", "Patricia", "Simona", "Jasmina", "Nikola"},
     {"Stefan", "Marian", "Florin", "Lukas", "Samuel", "Rafael", "Denis", "Kristian"},
     {"Horvath", "Ciurar", "Balog", "Stan", "Gabor", "Lakatos", "Dunka", "Moldovan"},
     {"Romani", "Romanian"}},
    {"MWBC",
     5,
     {"Tia", "Kayla", "Paige", "Lacey", "Amber", "Skye", "Mya", "Courtney"},
     {"Kieran", "Tyler", "Nathan", "Jayden", "Aaron", "Curtis", "Kai", "Joel"},
     {"Bennett", "Marshall", "Palmer", "Thorpe", "Green", "Robinson", "Dacres", "Walker"},
     {"English", "English"}},
    {"MWAS",
     3,
     {"Layla", "Jasmine", "Maya", "Leila", "Tara", "Sofia", "Anya", "Mina"},
     {"Zac", "Sami", "Noah", "Adam", "Kian", "Idris", "Rafe", "Luca"},
     {"Hargreaves", "Shah-Cooper", "Bates", "Khan-Ellis", "Varley", "Desai", "Hurst", "Lowe"},
     {"English", "English"}},
    {"CHNE",
     2,
     {"Mei", "Xinyi", "Jia", "Lin", "Wing", "Suki", "Yan", "Hui"},
     {"Jun", "Wei", "Ka-Ho", "Ming", "Hao", "Chun", "Tian", "Lok"},
     {"Chan", "Wong", "Liu", "Cheung", "Lam", "Zheng", "Ho", "Yip"},
     {"Cantonese", "Mandarin"}},
};

static const struct {
    const char *area;
    const char *district;
} areas[] = {
    {"Beaumont Leys", "LE4"}, {"Highfields", "LE2"},
    {"Braunstone", "LE3"},    {"Belgrave", "LE4"},
    {"Evington", "LE5"},      {"Saffron", "LE2"},
    {"New Parks", "LE3"},     {"Netherhall", "LE5"},
    {"Coalville", "LE67"},    {"Hinckley", "LE10"},
    {"Melton", "LE13"},       {"Loughborough", "LE11"},
    {"Oakham", "LE15"},       {"Market Harborough", "LE16"},
    {"Wigston", "LE18"},      {"Thurmaston", "LE4"},
};
static const char *const streets[] = {"Larkspur Rise",   "Tannery Row",    "Willowherb Close",
                                      "Old Quarry Road", "Harebell Way",   "Foundry Gate",
                                      "Cobbler's Yard",  "Mill Leat Lane", "Sorrel Drive",
                                      "Signal Terrace",  "Beacon Hollow",  "Weaver's Walk"};
static const char *const schools[] = {
    "Soar Valley Park School", "Beaumont Hill Academy", "St Aidan's School",     "Charnwood Edge College",
    "Highfields Road School",  "Abbey Meadow School",   "Bradgate View Academy", "Wreake Bank School"};
static const char *const practices[] = {"Willowbrook surgery", "Clarendon Row practice",
                                        "Station Road surgery", "Saffron Hill health centre",
                                        "Meadow Lane practice"};
static const char *const friends[] = {"Kayleigh", "Tasha", "Leon",  "Rahela",
                                      "Connor",   "Jodie", "Sahra", "Dominik"};
static const char *const gifts[] = {"a new phone", "new trainers", "a new jacket", "wireless headphones",
                                    "a new watch"};
static const char *const places[] = {"the car park behind the precinct", "a takeaway near the station",
                                     "a flat above a shop", "the park by the canal", "the bus station"};
static const char *const apps[] = {"a messaging app", "an online game", "a video app", "a photo-sharing app"};

/* Ten children a group; the eighth is brother or sister of the seventh. */
static int family_of(int number)
{
    return number % 10 == 7 ? number - 1 : number;
}

static const struct background *background_of(struct dice *dice)
{
    int all = 0;
    for (size_t i = 0; i < COUNT(backgrounds); i++) {
        all += backgrounds[i].weight;
    }
    int at = dice_between(dice, 1, all);
    for (size_t i = 0; i < COUNT(backgrounds); i++) {
        at -= backgrounds[i].weight;
        if (at <= 0) {
            return &backgrounds[i];
        }
    }
    return &backgrounds[0];
}

/* Never the name of the brother or sister. */
static const char *given_name(const struct world *world, int number, const struct background *background,
                              bool girl)
{
    struct dice dice = dice_new(world->seed, (uint64_t)family_of(number), 3);
    int shift = number == family_of(number) ? 0 : 3;
    return (girl ? background->girls : background->boys)[(dice_between(&dice, 0, NAMES - 1) + shift) % NAMES];
}

static const char *disability_of(struct dice *dice, const char **ret_learning)
{
    static const char *const kinds[] = {"LD", "AUT", "COMM", "BEH AUT", "HEAR", "MOB", "LD COMM", "CON"};
    static const char *const learning[] = {"Reads with help; needs plain words and time",
                                           "Needs changes announced; finds groups hard",
                                           "Uses pictures and short sentences"};
    if (!dice_chance(dice, 22)) {
        return "NONE";
    }
    int kind = dice_between(dice, 0, (int)COUNT(kinds) - 1);
    *ret_learning = kind == 0 || kind == 1 || kind == 6 ? PICK(dice, learning) : NULL;
    return kinds[kind];
}

struct child_facts child_facts(struct arena *arena, const struct world *world, int number,
                               const struct scenario *scenario)
{
    static const char *const parents[] = {"mother", "mother", "mother", "father", "grandmother", "aunt"};
    static const char never[] = "CIKMOV"; /* letters that no postcode ends in */
    struct dice own = dice_new(world->seed, (uint64_t)number, 1);
    struct dice family = dice_new(world->seed, (uint64_t)family_of(number), 2);
    const struct background *background = background_of(&family);
    struct child_facts child = {.girl = dice_chance(&own, scenario->girls)};
    child.given = given_name(world, number, background, child.girl);
    child.family = PICK(&family, background->families);
    child.background = background->code;
    child.language = background->languages[dice_between(&family, 0, 1)];
    child.disability = disability_of(&own, &child.learning);
    int area = dice_between(&family, 0, (int)COUNT(areas) - 1);
    const char *street = PICK(&family, streets);
    int house = dice_between(&family, 1, 180);
    child.area = areas[area].area;
    child.address = arena_printf(arena, "%d %s, %s", house, street, child.area);
    int digit = dice_between(&family, 1, 9);
    char first = never[dice_between(&family, 0, 5)];
    char second = never[dice_between(&family, 0, 5)];
    child.postcode = arena_printf(arena, "%s %d%c%c", areas[area].district, digit, first, second);
    child.phone = arena_printf(arena, "07700 900%03d", dice_between(&own, 0, 999));
    child.school = PICK(&family, schools);
    child.practice = PICK(&family, practices);
    child.parent = PICK(&family, parents);
    bool woman = child.parent[0] != 'f';
    int elder = dice_between(&family, 0, NAMES - 1);
    child.parent_name =
        arena_printf(arena, "%s %s", (woman ? background->girls : background->boys)[elder], child.family);
    bool brother = dice_chance(&family, 50);
    child.sibling = arena_copy(arena, (brother ? background->boys : background->girls)[(elder + 5) % NAMES]);
    child.friend_name = PICK(&own, friends);
    child.gift = PICK(&own, gifts);
    child.place = PICK(&own, places);
    child.app = PICK(&own, apps);
    return child;
}
