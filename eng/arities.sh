#!/usr/bin/env bash
# Writes the combinators' overloads for 2 to 8 arms, which differ in nothing but their number. Run it after changing
# a shape here, and read the diff before committing.
set -euo pipefail
cd "$(dirname "$0")/../src/Kioto"
names=(First Second Third Fourth Fifth Sixth Seventh Eighth)

# list N FORMAT: the format for each arm, joined by commas; %T type parameter, %n name, %N Name, %i index.
list() {
  local out="" i item
  for ((i = 0; i < $1; i++)); do
    item=${2//%T/T$((i + 1))}
    item=${item//%N/${names[i]}}
    item=${item//%n/${names[i],,}}
    item=${item//%i/$i}
    out+="${out:+, }$item"
  done
  printf '%s' "$out"
}

lines() {
  local i item
  for ((i = 0; i < $1; i++)); do
    item=${2//%T/T$((i + 1))}
    item=${item//%N/${names[i]}}
    item=${item//%n/${names[i],,}}
    item=${item//%i/$i}
    printf '%s\n' "$item"
  done
}

selected() {
  local n=$1 types file
  types=$(list "$n" %T)
  file="Futures/Combinators/Selected{${types//, /,}}.cs"
  {
    printf 'namespace Kioto;\n\n'
    printf '/// <summary>Which of %s arms won a <c>Kio.Select</c>, and with what.</summary>\n' "$n"
    lines "$n" '/// <typeparam name="%T">The type of that arm'"'"'s result.</typeparam>'
    printf 'public readonly struct Selected<%s> : ISelected<Selected<%s>>\n{\n' "$types" "$types"
    lines "$n" '    private readonly %T _%n;'
    printf '\n    private Selected(int index, %s)\n    {\n        Index = index;\n' "$(list "$n" '%T %n')"
    lines "$n" '        _%n = %n;'
    printf '    }\n\n    /// <summary>The winner, counted from 0.</summary>\n    public int Index { get; }\n'
    lines "$n" '
    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public %T %N => Index == %i ? _%n : throw Throw.NotTheWinner(%i, Index);'
    printf '\n    static Arm[] ISelected<Selected<%s>>.MakeArms() =>\n        [%s];\n' "$types" "$(list "$n" 'new Arm<%T>()')"
    printf '\n    static Selected<%s> ISelected<Selected<%s>>.Collect(Arm[] arms, int winner) => new(\n        winner,\n' "$types" "$types"
    lines "$n" '        winner == %i ? ((Arm<%T>)arms[%i]).Result! : default!,' | sed '$ s/,$/);/'
    printf '\n    /// <inheritdoc/>\n    public override string ToString() => Index switch\n    {\n'
    lines "$((n - 1))" '        %i => $"%N({_%n})",'
    lines "$n" '        _ => $"%N({_%n})",' | tail -1
    printf '    };\n}\n'
  } | wrap > "$file"
}

joined() {
  {
    printf 'namespace Kioto;\n\n/// <summary>The joins of 2 to 8 arms: their types, and how a tuple is made of their results.</summary>\n'
    printf 'internal static class Joined\n{\n'
    for n in 2 3 4 5 6 7 8; do
      local types
      types=$(list "$n" %T)
      printf '    internal readonly struct Of<%s> : IJoined<(%s)>\n    {\n' "$types" "$types"
      printf '        public static Arm[] MakeArms() =>\n            [%s];\n\n' "$(list "$n" 'new Arm<%T>()')"
      printf '        public static (%s) Collect(Arm[] arms) => (\n' "$types"
      lines "$n" '            ((Arm<%T>)arms[%i]).Result!,' | sed '$ s/,$/);/'
      printf '    }\n'
      if ((n < 8)); then printf '\n'; fi
    done
    printf '}\n'
  } | wrap > Futures/Combinators/Joined.cs
}

# Breaks lines that are too long, at the last comma or call before the margin.
wrap() {
  awk '{
    while (length($0) > 120) {
      at = 0
      for (i = 121; i > 20 && !at; i--) if (substr($0, i - 1, 2) == ", " || substr($0, i, 6) == ".With(" || substr($0, i, 3) == "&& ") at = i
      if (!at) break
      head = substr($0, 1, at - 1); sub(/ +$/, "", head); print head
      $0 = "            " substr($0, at); sub(/^ +/, "            ")
    }
    print
  }'
}

header() {
  printf 'namespace Kioto;\n\n// Written by eng/arities.sh. What these do is said at the first one.\npublic static partial class Kio\n{\n'
}

# overload METHOD RESULT TYPES PARAMETERS BODY
overload() {
  printf '\n    /// <inheritdoc cref="%s"/>\n' "$6"
  printf '    public static %s %s<%s>(%s) =>\n        %s;\n' "$2" "$1" "$3" "$4" "$5"
}

# join METHOD HOW: the overloads beyond the documented one of two futures.
join() {
  local method=$1 how=$2 n types
  {
    header
    for n in 2 3 4 5 6 7 8; do
      types=$(list "$n" %T)
      if ((n > 2)); then
        overload "$method" "Future<($types)>" "$types" "$(list "$n" 'Future<%T> %n')" \
          "$(list "$n" '%n.Source is null' | sed 's/, / \&\& /g')
            ? Future.FromResult(($(list "$n" '%n.Value')))
            : JoinSource<Joined.Of<$types>, ($types)>.Rent($how)$(lines "$n" '.With(%i, %n)' | tr -d '\n').Future" \
          "$method{T1, T2}(Future{T1}, Future{T2})"
      fi
      overload "$method" "Future<($types)>" "$types" "$(list "$n" 'IArm<%T> %n')" \
        "$method($(list "$n" 'FutureOf(%n)'))" "$method{T1, T2}(Future{T1}, Future{T2})"
    done
    printf '}\n'
  } | wrap | sed -z 's/{\n\n/{\n/' > "Kio.$method.Arities.cs"
}

# select METHOD BIASED. Every mixture of futures, futures without result and pinned ones for two arms; of the first two
# for three; beyond, futures only, and everything else as IArm<T>.
select_() {
  local method=$1 biased=$2 n types k kinds i code parameters withs generics
  local doc="$method{T1, T2}(Future{T1}, Future{T2})"
  {
    header
    for n in 2 3 4 5 6 7 8; do
      case $n in 2) kinds=3 ;; 3) kinds=2 ;; *) kinds=1 ;; esac
      for ((k = 0; k < kinds ** n; k++)); do
        if ((n == 2 && k == 0)); then continue; fi
        code=$k parameters="" withs="" generics="" types=""
        for ((i = 0; i < n; i++)); do
          local name=${names[i],,}
          case $((code % kinds)) in
            0) parameters+=", Future<T$((i + 1))> $name" withs+=".With($i, $name)" generics+=", T$((i + 1))" types+=", T$((i + 1))" ;;
            1) parameters+=", Future $name" withs+=".With($i, $name.AsUnit())" types+=", Unit" ;;
            2) parameters+=", Pinned<T$((i + 1))> $name" withs+=".With($i, FutureOf($name))" generics+=", T$((i + 1))" types+=", T$((i + 1))" ;;
          esac
          code=$((code / kinds))
        done
        types=${types:2}
        overload "$method" "Future<Selected<$types>>" "${generics:2}" "${parameters:2}" \
          "SelectSource<Selected<$types>>.Rent($biased)$withs.Future" "$doc" | sed 's/<>(/(/'
      done
      types=$(list "$n" %T)
      overload "$method" "Future<Selected<$types>>" "$types" "$(list "$n" 'IArm<%T> %n')" \
        "$method($(list "$n" 'FutureOf(%n)'))" "$doc"
    done
    printf '}\n'
  } | wrap | sed -z 's/{\n\n/{\n/' > "Kio.$method.Arities.cs"
}

for n in 2 3 4 5 6 7 8; do selected "$n"; done
joined
join Join "stopsAtFailure: false"
join TryJoin "stopsAtFailure: true"
join JoinBiased "stopsAtFailure: false, biased: true"
join TryJoinBiased "stopsAtFailure: true, biased: true"
select_ Select "biased: false"
select_ SelectBiased "biased: true"
