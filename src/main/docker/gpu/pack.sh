#!/usr/bin/env bash
# Packs all that a GPU host without a network needs into one archive; docs/gpu.md says how to use it.
#   pack.sh [--app FOLDER] [--native FOLDER] [--java FOLDER|none] [--weights FILE.pth] [--photos FOLDER] ARCHIVE.tar.gz
#     --app      the packaged application (default: target/quarkus-app)
#     --native   the libraries of ONNX Runtime for CUDA (default: the application's own, of mvn -Pcuda package)
#     --java     a Java 17 runtime to pack (default: one made with jlink); none: the host has one
#     --weights  a checkpoint; without it, weights are random
#     --photos   photos for the pipeline, best of 1 to 4 megapixels; without it, the demo's portrait
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "$0")")
fail() { echo "pack.sh: $1" >&2; exit 2; }
app=target/quarkus-app native= java= weights= photos= archive=
while [[ $# -gt 0 ]]; do
  case $1 in
    --app | --native | --java | --weights | --photos)
      [[ $# -ge 2 ]] || fail "$1 needs a value"
      declare "${1#--}=$2"
      shift 2 ;;
    -*) fail "unknown option $1" ;;
    *)
      [[ -z $archive ]] || fail "one archive only, not $archive and $1"
      archive=$1
      shift ;;
  esac
done
[[ -n $archive ]] || fail "name the archive to write"
[[ -f $app/quarkus-run.jar ]] || fail "no packaged application at $app: run mvn -Pcuda package"
native=${native:-$app/native}
[[ -f $native/libonnxruntime_providers_cuda.so ]] || fail "no CUDA provider at $native: run mvn -Pcuda package, or name another folder with --native"
[[ -z $java || $java == none || -x $java/bin/java ]] || fail "no Java runtime at $java"
[[ -z $weights || -f $weights ]] || fail "no checkpoint at $weights"
[[ -z $photos || -d $photos ]] || fail "no folder of photos at $photos"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kit=$work/gpen-kit
mkdir -p "$kit/native" "$kit/tool"
cp "$here/measure.py" "$here/report.py" "$here/generator.py" "$kit/"
cp -r "$app" "$kit/app"
rm -rf "$kit/app/native"
for library in libonnxruntime.so libonnxruntime4j_jni.so libonnxruntime_providers_shared.so libonnxruntime_providers_cuda.so; do
  [[ -f $native/$library ]] || fail "$library is missing at $native"
  cp "$native/$library" "$kit/native/"
done
javac -proc:none -d "$kit/tool" -cp "$app/app/*:$app/lib/main/*:$app/lib/boot/*" "$here/ModelRun.java"
if [[ -z $java ]]; then
  jdk=$(dirname -- "$(dirname -- "$(readlink -f -- "$(command -v jlink)")")")
  jlink --module-path "$jdk/jmods" --add-modules ALL-MODULE-PATH --strip-debug --no-header-files --no-man-pages --output "$kit/jre"
elif [[ $java != none ]]; then
  cp -rL "$java" "$kit/jre"
fi
if [[ -n $weights ]]; then cp "$weights" "$kit/weights.pth"; fi
if [[ -n $photos ]]; then
  mkdir "$kit/photos"
  find "$photos" -maxdepth 1 -type f \( -iname '*.jpg' -o -iname '*.jpeg' -o -iname '*.png' -o -iname '*.webp' \) -exec cp -t "$kit/photos" {} +
  [[ -n $(ls "$kit/photos") ]] || fail "no JPEG, PNG or WebP photo in $photos"
fi
partial=$archive.partial
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - gpen-kit | gzip -"${GZIP_LEVEL:-6}" >"$partial"
mv "$partial" "$archive"
ls -l "$archive"
