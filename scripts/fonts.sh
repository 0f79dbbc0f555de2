#!/usr/bin/env bash
# Makes the fonts in public/fonts out of the package @fontsource-variable/inter: the weights and features that the pages
# use, which is not much more than half of the file. Needed again only when that package or the pages' weights change.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" --quiet install fonttools==4.68.0 brotli==1.2.1
for part in latin latin-ext; do
  file="inter-$part-wght-normal"
  "$work/python/bin/fonttools" varLib.instancer -q "node_modules/@fontsource-variable/inter/files/$file.woff2" wght=400:700 \
    --output "$work/$file.ttf"
  "$work/python/bin/pyftsubset" "$work/$file.ttf" --unicodes='*' --layout-features=ccmp,kern,locl,mark,mkmk,tnum --no-hinting \
    --notdef-outline --drop-tables+=STAT --flavor=woff2 --output-file="public/fonts/$file.woff2"
done
ls -l public/fonts
