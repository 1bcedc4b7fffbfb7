#!/bin/sh
# Makes the environment .venv hold exactly what one compiled requirements file says; costs nothing when it already does.
#   sh tools/environment.sh requirements.txt [megabytes that must be free]
set -eu

requirements=$1
needed_mb=${2:-500}
stamp=.venv/installed-$(basename "$requirements")
log=var/install.log

refuse() {  # in Chinese, in English
    printf '\n%s\n%s\n' "$1" "$2" >&2
    exit 1
}

is_python_311() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3 python; do
        if is_python_311 "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

require_writable_folder() {
    if ! { mkdir -p var && : >var/.writable; } 2>/dev/null; then
        refuse "此目录不可写：$(pwd)。请换一个有写权限的目录，或修改该目录的权限。" \
               "This folder cannot be written to: $(pwd). Use a folder that you may write to, or change its permissions."
    fi
    rm -f var/.writable
}

require_disk_space() {  # megabytes
    free_mb=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    if [ "$free_mb" -lt "$1" ]; then
        refuse "磁盘空间不足：需要 $1 MB，此处只剩 $free_mb MB。" \
               "Not enough disk space: $1 MB are needed and $free_mb MB are free here."
    fi
}

make_environment() {
    python=$(find_python)
    if [ -z "$python" ]; then
        refuse "未找到 Python 3.11。请安装 Python 3.11，或用 PYTHON=路径 make … 指明它的位置。" \
               "Python 3.11 was not found. Install it, or say where it is: PYTHON=/path/to/python3.11 make …"
    fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        refuse "这个 Python 3.11 缺少 venv 模块（Debian/Ubuntu：apt-get install python3.11-venv）。" \
               "This Python 3.11 lacks the venv module (Debian/Ubuntu: apt-get install python3.11-venv)."
    fi
    echo "建立 Python 环境 .venv … / Making the environment .venv …"
    "$python" -m venv --clear .venv
}

mend_moved_environment() {  # the programs in it name the folder that it was made in; a checkout may be renamed
    known=$(sed -n 's/^ *VIRTUAL_ENV=["'"'"']*\([^"'"'"']*\).*/\1/p' .venv/bin/activate 2>/dev/null | head -n 1)
    here=$(pwd -P)/.venv
    if [ -L .venv ] || [ -z "$known" ] || [ "$known" = "$here" ]; then
        return
    fi
    old=$(printf '%s' "$known" | sed 's/[][\\.*^$|]/\\&/g')
    new=$(printf '%s' "$here" | sed 's/[\\&|]/\\&/g')
    for program in .venv/bin/*; do
        if [ -f "$program" ] && [ ! -L "$program" ] && grep -IFq "$known" "$program"; then
            sed "s|$old|$new|g" "$program" >var/.moved && cat var/.moved >"$program"  # keeps it executable
        fi
    done
    rm -f var/.moved
}

show_progress() {  # reads pip's output; ends with pip's exit status, which comes on the last line
    awk -v total="$(grep -c '^[A-Za-z0-9].*==' "$requirements")" -v terminal="$1" -v log_file="$log" '
        function show(text) { if (terminal) printf "\r\033[K%s", text; else print text; fflush() }
        /^status / { status = $2; next }
        { print > log_file }
        /^(Collecting|Ignoring|Requirement already satisfied)/ {
            seen++
            if (terminal || seen % 20 == 0) show(sprintf("  下载 Fetching %d/%d", seen, total))
        }
        /^Installing collected packages/ { show("  安装 Installing …") }
        END { if (terminal) printf "\r\033[K"; exit status }'
}

install_requirements() {
    echo "安装依赖 $requirements（首次约 1 分钟）… / Installing $requirements (about a minute the first time) …"
    if [ -t 1 ]; then terminal=1; else terminal=0; fi
    {
        status=0
        .venv/bin/python -m pip install --disable-pip-version-check --no-input --require-hashes -r "$requirements" 2>&1 ||
            status=$?
        echo "status $status"
    } | show_progress "$terminal" || {
        tail -n 5 "$log" >&2
        refuse "依赖安装失败，全部输出见 $log。请检查网络或软件源后重试。" \
               "Installing the requirements failed; the whole output is in $log. Check the network or the package index, then try again."
    }
    cp "$requirements" "$stamp"
}

require_writable_folder
mend_moved_environment
if is_python_311 .venv/bin/python && cmp -s "$requirements" "$stamp"; then
    require_disk_space 100
    exit 0
fi
require_disk_space "$needed_mb"
is_python_311 .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
install_requirements
