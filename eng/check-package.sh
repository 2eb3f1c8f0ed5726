#!/usr/bin/env bash
# Packs Kioto and builds a program against the package: it must contain what it promises, and its analyzers must load
# in the compiler and report what they should.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack src/Kioto -c Release -p:DocumentationUrl=https://docs.example/kioto -o "$work/feed" -v quiet
package=$(ls "$work"/feed/Kioto.*.nupkg)
mkdir "$work/user"
version=$(basename "$package" .nupkg)
cat > "$work/user/User.csproj" << END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ErrorLog>report.json,version=2.1</ErrorLog>
    <RestoreSources>$work/feed</RestoreSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Kioto" Version="${version#Kioto.}" />
  </ItemGroup>
</Project>
END
cat > "$work/user/Program.cs" << END
using Kioto;

Runtime.Run(async () =>
{
    Kio.YieldNow();
    await Kio.YieldNow();
});

static class Mistakes
{
    [NotCancelSafe]
    static async Future<int> Unsafe() { await Kio.YieldNow(); return 1; }
    static async Future Blocks() { await Kio.YieldNow(); System.Threading.Thread.Sleep(1); }
    static async Future Selects() => await Kio.Select(Unsafe(), Kio.YieldNow());
    static async Future Twice() { Future<int> once = Unsafe(); await once; await once; }
    static async Future Swallows() { try { await Kio.YieldNow(); } catch (System.Exception) { } }
    static async Future NoToken() => await System.Threading.Tasks.Task.Delay(1);
}
END
log=$(dotnet build "$work/user" -v minimal)
at=5
for rule in KIO0001 KIO0002 KIO0003 KIO0004 KIO0005 KIO0006; do
  grep -q "Program.cs($at,[0-9]*): warning $rule" <<< "$log" || { echo "$log"; echo "The package's $rule did not report line $at."; exit 1; }
  grep -q "\"helpUri\": \"https://docs.example/kioto/docs/analyzers/$rule.md\"" "$work/user/report.json" || { echo "$rule has no link."; exit 1; }
  at=$((at == 5 ? 13 : at + 1))
done
if grep -E 'CS8032|CS8034|CS9057|AD0001' <<< "$log"; then exit 1; fi
for file in lib/net10.0/Kioto.dll lib/net10.0/Kioto.xml README.md LICENSE \
  analyzers/dotnet/cs/Kioto.Analyzers.dll analyzers/dotnet/cs/Kioto.CodeFixes.dll docs/analyzers/README.md docs/analyzers/KIO000{1..6}.md; do
  [ -f "$work/packages/kioto/${version#Kioto.}/$file" ] || { echo "$version has no $file"; exit 1; }
done

dotnet "$work/user/bin/Debug/net10.0/User.dll"
echo "$version is whole, and its analyzers report"
