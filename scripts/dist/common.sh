# Names that the scripts of this folder share; sourced from the repository's root.

version=$(sed -n 's/.*static let text = "\(.*\)"/\1/p' Sources/lightbox/Version.swift)
# Files carry the time of the commit, so that one commit makes the same bytes again.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH
export TZ=UTC LC_ALL=C.UTF-8
day=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" +%Y-%m-%d)
name=lightbox-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
