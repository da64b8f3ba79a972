/*
 * Names that are forms of one name: short forms, and spellings in Latin letters of names from other scripts.
 * The first of a row stands for all. A form that could be of two names (Al, Sam, Alex) stands in the row of
 * the commoner, or nowhere.
 */
#include "people/name.h"

#include <string.h>

static const char *const forms[] = {
    "abdul abdal abdel abdool abdoul",
    "abigail abby abbie gail",
    "ahmed ahmad ahmet achmed",
    "aisha ayesha aysha aishah aicha aiysha ayisha",
    "alexandra alexa lexi sandra aleksandra",
    "alexander alex alec aleksander aleksandar alexandru sasha xander",
    "ali aly alli",
    "amina aminah ameena aamina aminata",
    "andrew andy drew andrzej andrei andrey",
    "anthony tony antony anton antoni",
    "benjamin ben benji benny",
    "catherine kate katie kathy cathy katherine kathryn kathleen catherina katarzyna kasia katya kat",
    "charles charlie chas chuck karol",
    "charlotte lottie charley lotte",
    "christina tina christine kristina krystyna chrissie",
    "christopher chris kit krzysztof topher",
    "daniel dan danny daniil danyal",
    "david dave davey dawid davy",
    "deborah debbie deb debra",
    "dorothy dot dottie dolly",
    "edward ed eddie ned ted teddy",
    "elizabeth liz lizzie beth betty eliza libby elisabeth elzbieta bess lizzy elisaveta",
    "emily em emmie emilia emilie",
    "fatima fatimah fathima fatema fatimata fatma faatima",
    "frances fran francesca frankie",
    "francis frank franciszek",
    "gabriella gabby gabriela gabi gabrielle",
    "george georgie jerzy gheorghe georgios",
    "hamza hamzah humza",
    "harpreet harprit",
    "hussain hussein husain hossain hussayn huseyin hossein",
    "ibrahim ebrahim ibraheem abrahim ibrahima",
    "isabella bella izzy isabel isabelle isobel izabela",
    "ismail ismael ishmael esmail ismaeel",
    "jacob jake jakub yakub yaqub jacub yaqoob",
    "james jim jimmy jamie",
    "jasmine jas yasmin yasmine jasmin yasmeen",
    "jennifer jen jenny jennie",
    "jessica jess jessie",
    "john johnny jack jon ion ioan jan",
    "jonathan jonny jonathon",
    "joseph joe joey jozef josef iosif",
    "joshua josh",
    "khadija khadijah khadeeja khadeejah kadija",
    "lukasz lucas lukas luke luca",
    "margaret maggie peggy meg marge malgorzata gosia",
    "mary maria mariam maryam marie molly marija mariya miriam",
    "matthew matt matty mateusz matei mateo",
    "michael mike mick micky mikey michal mihai mikhail",
    "mohammed muhammad mohamed mohammad mohamad muhammed mahomed mohamud mohamoud muhamed mo md mehmet mohd",
    "mustafa mustapha mostafa",
    "natalie nat natalia nataliya natasha",
    "nicholas nick nicky nicolae mikolaj nikolas nicolas",
    "olivia liv livvy oliwia",
    "omar umar umer omer",
    "patricia pat patsy tricia trish",
    "patrick paddy patryk",
    "paul pawel pavel pavlo",
    "peter pete piotr petru pyotr",
    "rachel rach rachael raquel",
    "rebecca becky becca bex rebekah",
    "rehman rahman rehmaan rahmaan",
    "richard rick ricky dick rich richie ryszard",
    "robert rob bob bobby robbie bobbie",
    "samantha sammi",
    "samuel sam sammy",
    "sarah sara sadie",
    "siobhan shevaun chevonne shivaun",
    "sean shaun shawn",
    "sophie sophia sofia zofia zosia",
    "stephen steve stevie steven stefan stephan szczepan",
    "susan sue susie suzanne suzy zuzanna",
    "saeed said sayeed",
    "syed sayed sayyid",
    "tariq tarik tareq tarek",
    "thomas tom tommy tomasz toma tomas",
    "usman osman uthman othman ousmane",
    "victoria vicky vikki tori wiktoria",
    "william will bill billy willy liam",
    "yusuf yousef yousuf yosef youssef yusuph yousaf",
    "zachary zach zack zak",
    "zainab zaynab zeinab zeynep",
};

static const char *const shared_by_many[] = {"ahmed",  "ali",   "begum", "bibi",     "islam", "kaur", "khan",
                                             "khatun", "kumar", "miah",  "mohammed", "singh", "ullah"};

const char *name_full_form(struct arena *arena, const char *normal)
{
    size_t size = strlen(normal);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0] && size > 0; i++) {
        for (const char *word = forms[i]; *word != '\0';) {
            size_t length = strcspn(word, " ");
            if (length == size && memcmp(word, normal, size) == 0) {
                return arena_copy_n(arena, forms[i], strcspn(forms[i], " "));
            }
            word += length + strspn(word + length, " ");
        }
    }
    return normal;
}

bool name_is_shared_by_many(const char *normal)
{
    for (size_t i = 0; i < sizeof shared_by_many / sizeof shared_by_many[0]; i++) {
        if (strcmp(shared_by_many[i], normal) == 0) {
            return true;
        }
    }
    return false;
}
