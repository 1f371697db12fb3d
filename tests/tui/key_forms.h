/* What terminals send, and the key each is, by the documents of xterm, kitty and the VT220. */
#ifndef TESTS_KEY_FORMS_H
#define TESTS_KEY_FORMS_H

#include "keys/key_codes.h"
#include "model/keymap.h"

struct form {
    const char *bytes;
    int key; /* INPUT_NONE: it is none */
};

#define NONE(bytes)                                                                                \
    {                                                                                              \
        bytes, INPUT_NONE                                                                          \
    }

static const struct form forms[] = {
    /* Cursor keys and their like: VT100 in both modes, VT220, rxvt, the Linux console. */
    {"\033[A", INPUT_UP},
    {"\033[B", INPUT_DOWN},
    {"\033[C", INPUT_RIGHT},
    {"\033[D", INPUT_LEFT},
    {"\033OA", INPUT_UP},
    {"\033OB", INPUT_DOWN},
    {"\033OC", INPUT_RIGHT},
    {"\033OD", INPUT_LEFT},
    {"\033[H", INPUT_HOME},
    {"\033[F", INPUT_END},
    {"\033OH", INPUT_HOME},
    {"\033OF", INPUT_END},
    {"\033[1~", INPUT_HOME},
    {"\033[4~", INPUT_END},
    {"\033[7~", INPUT_HOME},
    {"\033[8~", INPUT_END},
    {"\033[3~", INPUT_DELETE},
    {"\033[5~", INPUT_PAGE_UP},
    {"\033[6~", INPUT_PAGE_DOWN},
    {"\033[Z", INPUT_BACK_TAB},
    {"\033OP", INPUT_F1},
    {"\033[11~", INPUT_F1},
    {"\033[[A", INPUT_F1},
    {"\033[21~", INPUT_F10},
    {"\033[1;1A", INPUT_UP},
    {"\033[1;129A", INPUT_UP}, /* Num Lock, in kitty's protocol */
    {"\033[5;1~", INPUT_PAGE_UP},
    /* The keypad in its application mode. */
    {"\033Op", '0'},
    {"\033Oq", '1'},
    {"\033Or", '2'},
    {"\033Os", '3'},
    {"\033Ot", '4'},
    {"\033Ou", '5'},
    {"\033Ov", '6'},
    {"\033Ow", '7'},
    {"\033Ox", '8'},
    {"\033Oy", '9'},
    {"\033On", '.'},
    {"\033Oo", '/'},
    {"\033Oj", '*'},
    {"\033Ok", '+'},
    {"\033Ol", ','},
    {"\033Om", '-'},
    {"\033OX", '='},
    {"\033OM", INPUT_ENTER},
    /* kitty's protocol and modifyOtherKeys. */
    {"\033[97u", 'a'},
    {"\033[97;1:2u", 'a'},
    {"\033[97;2u", 'A'},
    {"\033[97;65u", 'A'}, /* Caps Lock */
    {"\033[97:65;2u", 'A'},
    {"\033[49:33;2u", '!'},
    {"\033[49;2;33u", '!'},
    {"\033[27;2;33~", '!'},
    {"\033[27;5;114~", 'r' & 31},
    {"\033[114;5u", 'r' & 31},
    {"\033[27u", INPUT_ESC},
    {"\033[13u", INPUT_ENTER},
    {"\033[13;2u", INPUT_ENTER},
    {"\033[9;2u", INPUT_BACK_TAB},
    {"\033[27;2;9~", INPUT_BACK_TAB},
    {"\033[127u", INPUT_BACKSPACE},
    {"\033[57403u", '4'},
    {"\033[57414u", INPUT_ENTER},
    {"\033[57417u", INPUT_LEFT},
    /* Characters. */
    {"j", 'j'},
    {"\r", INPUT_ENTER},
    {"\n", INPUT_ENTER},
    {"\t", '\t'},
    {"\177", INPUT_BACKSPACE},
    {"\b", INPUT_BACKSPACE},
    {"\022", 'R' & 31},
    {"\xc3\xa9", 0xe9},
    {"\xe6\xa0\xb8", 0x6838},
    {"\xf0\x9f\x98\x80", 0x1f600},
    /* Modified keys, which mean nothing here. */
    NONE("\033[1;5A"),
    NONE("\033[1;2A"),
    NONE("\033[1;3D"),
    NONE("\033O5A"),
    NONE("\033O1;5P"),
    NONE("\033Oa"),
    NONE("\033[5;5~"),
    NONE("\033[5^"),
    NONE("\033[5@"),
    NONE("\033[1;5H"),
    NONE("\033[1;1:3A"),
    NONE("\033[97;1:3u"),
    NONE("\033[97;3u"),
    NONE("\033[97;9u"),
    NONE("\033[49;2u"), /* which character that is, only the keyboard knows */
    NONE("\033[27;7;114~"),
    NONE("\033[57358u"),
    NONE("\033q"),
    NONE("\0334"),
    NONE("\033\r"),
    NONE("\033\177"),
    NONE("\033\xc3\xa9"),
    NONE("\033\xf0\x9f\x98\x80"),
    NONE("\033\033[A"),
    NONE("\033\033OA"),
    /* Other keys. */
    NONE("\033OQ"),
    NONE("\033[12~"),
    NONE("\033[15~"),
    NONE("\033[24;2~"),
    NONE("\033[[B"),
    NONE("\033[2~"),
    NONE("\033[E"),
    NONE("\033OE"),
    NONE("\033[P"), /* Pause */
    NONE("\033[25~"),
    /* Focus; reports of device, cursor, modes, window, colours, terminfo, version. */
    NONE("\033[I"),
    NONE("\033[O"),
    NONE("\033[?1;2c"),
    NONE("\033[?62;1;2;6;9;15;22c"),
    NONE("\033[>41;354;0c"),
    NONE("\033[=4c"),
    NONE("\033[0n"),
    NONE("\033[24;80R"),
    NONE("\033[?24;80;1R"),
    NONE("\033[?2026;2$y"),
    NONE("\033[4;480;800t"),
    NONE("\033[8;24;80t"),
    NONE("\033[?1u"),
    NONE("\033[?997;1n"),
    NONE("\033]11;rgb:0000/0000/0000\033\\"),
    NONE("\033]11;rgb:ffff/ffff/ffff\007"),
    NONE("\033]4;1;rgb:cccc/0000/0000\033\\"),
    NONE("\033]52;c;cXF0dDQ=\007"),
    NONE("\033]lquit\033\\"),
    NONE("\033]2;\xc5\x9cq\xe2\x9c\x93q\007"), /* bytes of ST in characters */
    NONE("\033P>|XTerm(354)\033\\"),
    NONE("\033P!|00000000\033\\"),
    NONE("\033P1$r0 q\033\\"),
    NONE("\033P1+r544e=787465726d\033\\"),
    NONE("\033_Gi=31;OK\033\\"),
    NONE("\033^quit\033\\"),
    NONE("\033Xquit\033\\"),
    NONE("\033]11;rgb:0/0/0\xc2\x9c"),
    /* Mouse reports of the modes 1006 (buttons without a meaning), 1015, 9 and 1000, 1005, 1001,
       and of the locator. */
    NONE("\033[<2;5;5M"),
    NONE("\033[<35;300;100M"),
    NONE("\033[<0;1M"),
    NONE("\033[32;5;5M"),
    NONE("\033[M !!"),
    NONE("\033[M#qq"),
    NONE("\033[M \xff\xff"),
    NONE("\033[M \xc2\xa1q"),
    NONE("\033[M \xc4\xa1\xc4\xa1"),
    NONE("\033[tqq"),
    NONE("\033[Tqqqqqq"),
    NONE("\033[1;2;3;4;5&w"),
    /* The rest of ECMA-48's grammar. */
    NONE("\033(B"),
    NONE("\033#8"),
    NONE("\033 F"),
    NONE("\033%G"),
    NONE("\033Nq"),
    NONE("\033c"),
    NONE("\033="),
    NONE("\033[q"),
    NONE("\033[?25q"),
    NONE("\033[1 q"),
    NONE("\033[!p"),
    NONE("\033[1\nq"), /* a control character within */
    NONE("\033[1\030"),
    NONE("\033]0;q\030"),
    NONE("\033[99999999999999999999q"),
    NONE("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30A"),
    /* C1 as one byte, and as UTF-8. */
    NONE("\x9b?1;2c"),
    NONE("\xc2\x9b?1;2c"),
    NONE("\xc2\x9d"
         "0;q\xc2\x9c"),
    NONE("\xc2\x90q\033\\"),
    {"\xc2\x9b"
     "A",
     INPUT_UP},
    {"\xc2\x8f"
     "t",
     '4'},
    NONE("\xc2\x85"),
    /* Bytes that are no characters. */
    NONE("\x80"),
    NONE("\xff"),
    NONE("\xc0\xaf"),
    NONE("\xed\xa0\x80"),
    NONE("\xf4\x90\x80\x80"),
    {"\xc3j", 'j'},
    {"\xe6\xa0\x1b[A", INPUT_UP},
    /* A new sequence ends one that was not finished. */
    {"\033[1;\033[B", INPUT_DOWN},
    {"\033]0;q\033[B", INPUT_DOWN},
    {"\033[M \033[B", INPUT_DOWN},
};

enum { FORMS = sizeof forms / sizeof forms[0] };

#endif
