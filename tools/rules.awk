# rules.awk -v rooms=TABLE FILE...: the rules of the house that can be read off the text; rooms.txt is the
# table. Files are named from the root of the tree (src/data/cache/cache.c). Prints "file:line: rule NAME: what
# is wrong"; exit 1 when anything was printed. Expects the code as clang-format lays it: a function's braces stand alone
# in the first column.

function complain(file, line, rule, text) {
    printf "%s:%d: rule %s: %s\n", file, line, rule, text
    bad = 1
}

BEGIN {
    ROOM_SIZE = 26
    read_rooms()

    # Foreign headers and the only files that may include them; a folder ends in a slash.
    door["curses.h"] = door["ncurses.h"] = door["ncursesw/curses.h"] = "src/tui/term/screen.c"
    door["ncursesw/ncurses.h"] = door["term.h"] = door["panel.h"] = door["form.h"] = "src/tui/term/screen.c"
    door["chafa.h"] = "src/tui/draw/picture.c"
    door["png.h"] = "src/data/image/png_file.c"
    door["libdeflate.h"] = "src/data/image/png_plain.c"
    door["dlfcn.h"] = door["cblas.h"] = door["openblas_config.h"] = door["f77blas.h"] = "src/kern/gemm.c"
    door["sqlite3.h"] = "src/store/"
    door["jansson.h"] = "src/base/json.c"
    door["ini.h"] = "src/base/conf.c"
    door["link.h"] = "src/base/build_id.c"
    door["xxhash.h"] = "src/base/hash.c"
    door["immintrin.h"] = door["x86intrin.h"] = door["cpuid.h"] = "src/kern/"
    door["arm_neon.h"] = door["arm_sve.h"] = "src/kern/"

    n = split("assert ctype dirent endian errno execinfo fcntl fenv float fnmatch glob inttypes " \
              "langinfo libgen limits locale malloc math poll pthread pty pwd sched semaphore " \
              "setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib " \
              "stdnoreturn string strings sysexits termios time unistd wchar wctype", names, " ")
    for (i = 1; i <= n; i++)
        system_header[names[i] ".h"] = 1
}

# level[floor]; rank[floor "/" room]; uses[floor "/" room, other room] where the table names them.
function read_rooms(    line, n, word, p, i, known) {
    while ((known = (getline line < rooms)) > 0) {
        sub(/#.*/, "", line)
        n = split(line, word, " ")
        if (n == 0)
            continue
        split(word[2], p, "/")
        level[p[1]] = word[1]
        if (p[2] == "")
            continue
        has_rooms[p[1]] = 1
        rank[word[2]] = ++rooms_n
        limited[word[2]] = word[3] == ":"
        for (i = 4; i <= n; i++)
            uses[word[2], word[i]] = 1
    }
    if (known < 0)
        complain(rooms, 1, "room", "the table of floors and rooms cannot be read")
}

FNR == 1 {
    depth = split(FILENAME, part, "/")
    top = part[1]
    folder = depth > 2 ? part[2] : ""
    room = depth > 3 && top == "src" ? part[3] : ""
    base = part[depth]
    sub(/\.[ch]$/, "", base)
    is_test = top == "tests"
    in_comment = 0
    signature = ""
    in_function = 0
    if (!is_test)
        note_name()
    files[++file_count] = FILENAME
}

# A base name belongs to one folder, has one .c and one header.
function note_name(    kind) {
    kind = FILENAME ~ /\.c$/ ? ".c" : ".h"
    if ((base kind) in owner)
        complain(FILENAME, 1, "unique", base kind " exists already: " owner[base kind])
    else if ((base) in home && home[base] != folder)
        complain(FILENAME, 1, "unique", "the name " base " is taken by the folder " home[base])
    owner[base kind] = FILENAME
    home[base] = folder
    if (folder != "" && !(folder in level))
        complain(FILENAME, 1, "floor", "the folder " folder " is no floor of tools/rooms.txt")
    else if (folder != "" && top == "src")
        note_room(kind)
}

function note_room(kind) {
    if (room != "" && !((folder "/" room) in rank))
        complain(FILENAME, 1, "room", "tools/rooms.txt does not list " folder "/" room)
    else if (room == "" && folder in has_rooms)
        complain(FILENAME, 1, "room", folder " has rooms: put the file into one of them")
    else if (depth > 4)
        complain(FILENAME, 1, "room", "a room has no folders")
    room_of[folder, base] = room
    if (kind == ".c" && ++room_size[folder, room] == ROOM_SIZE + 1 && room != "")
        complain(FILENAME, 1, "room", folder "/" room " has more than " ROOM_SIZE " .c files")
}

{
    lines[FILENAME] = FNR
    code = strip($0)
    if ($0 ~ /^[ \t]*#[ \t]*include/)
        look_at_include()
    if (!is_test) {
        look_at_words()
        look_at_shape()
    }
}

# The line without comments and without what stands in quotes.
function strip(line,    out, at, close_at) {
    out = ""
    while (line != "") {
        if (in_comment) {
            close_at = index(line, "*/")
            if (!close_at)
                return out
            line = substr(line, close_at + 2)
            in_comment = 0
            continue
        }
        if (!match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\//))
            return out line
        at = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        if (at == "//")
            return out
        if (at == "/*")
            in_comment = 1
        else
            out = out "\"\""
        line = substr(line, RSTART + RLENGTH)
    }
    return out
}

function look_at_include(    name, other, slash) {
    if (match($0, /<[^>]*>/)) {
        if (!is_test)
            look_at_foreign(substr($0, RSTART + 1, RLENGTH - 2))
        return
    }
    if (!match($0, /"[^"]*"/))
        return
    name = substr($0, RSTART + 1, RLENGTH - 2)
    if (name ~ /\.\./) {
        complain(FILENAME, FNR, "floor", "\"" name "\" climbs out of its folder")
        return
    }
    slash = index(name, "/")
    other = slash ? substr(name, 1, slash - 1) : folder
    if (is_test)
        return
    edge_count[FILENAME]++
    edge_line[FILENAME, edge_count[FILENAME]] = FNR
    edge[FILENAME, edge_count[FILENAME]] = !slash ? substr(FILENAME, 1, length(FILENAME) - length(part[depth])) name \
                                           : (folder "/" other) in rank ? "src/" folder "/" name : "include/" name
    if (!((folder "/" other) in rank))
        look_at_floor(name, other)
    else if (top == "include")
        complain(FILENAME, FNR, "floor", "a public header cannot use the private \"" name "\"")
}

# Do the files that `file` includes belong to rooms that its room may use?
function look_at_rooms(file,    p, q, i, to, from, n) {
    n = split(file, p, "/")
    if (n < 3 || !(p[2] in has_rooms))
        return
    from = room_of[p[2], stem(p[n])] # "": a public header of types alone, for all rooms
    for (i = 1; i <= edge_count[file]; i++) {
        n = split(edge[file, i], q, "/")
        if (q[2] != p[2])
            continue
        to = room_of[q[2], stem(q[n])]
        if (to != "" && to != from && (from == "" || !may_use(p[2] "/" from, p[2] "/" to, to)))
            complain(file, edge_line[file, i], "room", (from == "" ? "what all rooms see" : from) " does not use " to ": \"" q[n] "\" is not for it")
    }
}

function may_use(from, to, name) {
    return limited[from] ? (from, name) in uses : rank[to] < rank[from]
}

function stem(name) {
    sub(/\.[ch]$/, "", name)
    return name
}

function look_at_floor(name, other) {
    if (!(other in level) && folder != "") {
        complain(FILENAME, FNR, "floor", "\"" name "\" is on no floor")
        return
    }
    if (folder == "") { # main.c
        if (other != "tui" && other != "cli" && other != "base")
            complain(FILENAME, FNR, "floor", "main.c joins tui and cli, nothing more; not \"" name "\"")
        return
    }
    if (top == "include" && index(name, "/") == 0)
        complain(FILENAME, FNR, "floor", "a public header cannot use the private \"" name "\"")
    if (other == folder)
        return
    if (level[other] == level[folder])
        complain(FILENAME, FNR, "floor", folder " and " other " are siblings: \"" name "\" is not for it")
    else if (level[other] > level[folder])
        complain(FILENAME, FNR, "floor", other " lies above " folder ": \"" name "\" is not for it")
    else if (folder == "nn" && other != "kern" && other != "base")
        complain(FILENAME, FNR, "floor", "nn sees only kern and base, not \"" name "\"")
    else if (folder == "tui" && (other == "nn" || other == "kern"))
        complain(FILENAME, FNR, "floor", "tui never sees nn or kern, so not \"" name "\"")
}

function look_at_foreign(name,    where) {
    where = ""
    if (name in door)
        where = door[name]
    else if (name ~ /intrin\.h$/)
        where = "src/kern/"
    else if (name ~ /^(n?curses|ncursesw)/)
        where = "src/tui/term/screen.c"
    else if (!(name in system_header) && name !~ /^(sys|arpa|netinet|linux)\//) {
        complain(FILENAME, FNR, "door", "<" name "> has no door; give it one in tools/rules.awk")
        return
    }
    if (where != "" && index(FILENAME, where) != 1)
        complain(FILENAME, FNR, "door", "<" name "> is included only in " where)
}

function look_at_words() {
    gsub(/__builtin_ia32_pause/, "", code) # a hint to the core, no vector instruction
    if (folder != "kern" && code ~ /(vector_size|__builtin_ia32_|__builtin_cpu_|__attribute__ *\(\( *target)/)
        complain(FILENAME, FNR, "door", "vector extensions stay in src/kern/")
    if (folder == "" || level[folder] >= 4)
        return
    if (code ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/)
        complain(FILENAME, FNR, "quiet", "no standard output or error below floor 4")
    if (code ~ /(^|[^A-Za-z0-9_.>])(exit|_exit|_Exit|quick_exit)[ \t]*\(/)
        complain(FILENAME, FNR, "quiet", "no exit below floor 4: return an error or call the fatal hook")
    if (code ~ /(^|[^A-Za-z0-9_.>])(v?printf|puts|putchar|perror)[ \t]*\(/)
        complain(FILENAME, FNR, "quiet", "no printing below floor 4: return an error or use the log")
}

# Functions: their length and their name.
function look_at_shape() {
    if (in_function) {
        if ($0 ~ /^}/) {
            if (FNR - start + 1 > 80)
                complain(FILENAME, start, "function-length",
                         name " has " (FNR - start + 1) " lines; 80 are the most")
            in_function = 0
            signature = ""
        }
        return
    }
    if ($0 ~ /^{/) {
        in_function = 1
        look_at_name()
        return
    }
    if (code ~ /^[ \t]*$/ || code ~ /^#/ || code ~ /^}/ || code ~ /;[ \t]*$/ || code ~ /\\$/) {
        signature = ""
        return
    }
    if (signature == "")
        start = FNR
    signature = signature " " code
}

function look_at_name(    is_static) {
    is_static = signature ~ /(^|[^A-Za-z0-9_])static([^A-Za-z0-9_]|$)/
    gsub(/__attribute__[ \t]*\(\([^()]*(\([^()]*\))?[^()]*\)\)/, "", signature)
    gsub(/_Noreturn/, "", signature)
    name = "?"
    if (match(signature, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
        name = substr(signature, RSTART, RLENGTH - 1)
        sub(/[ \t]+$/, "", name)
    }
    if (base == "mem" && name ~ /^x[a-z]+$/)
        return # the allocators that cannot fail go by their usual names
    if (!is_static && name != base && index(name, base "_") != 1)
        complain(FILENAME, start, "prefix", name " should be static or begin with " base "_")
}

# Depth first over the include graph; a grey node met again closes a cycle.
function visit(file,    i, to) {
    colour[file] = 1
    for (i = 1; i <= edge_count[file]; i++) {
        to = edge[file, i]
        if (colour[to] == 1)
            complain(file, edge_line[file, i], "cycle", to " includes this file again")
        else if (!colour[to])
            visit(to)
    }
    colour[file] = 2
}

END {
    for (k = 1; k <= file_count; k++) {
        if (lines[files[k]] > 600 && files[k] !~ /^tests\/reference\//)
            complain(files[k], 601, "file-length", lines[files[k]] " lines; 600 are the most")
        if (files[k] !~ /^tests\//)
            look_at_rooms(files[k])
        if (!colour[files[k]])
            visit(files[k])
    }
    exit bad
}
