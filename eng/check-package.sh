#!/usr/bin/env bash
# Packs Kioto and builds a program against the package: it must contain what it promises, and its analyzers must load
# in the compiler and report what they should.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack src/Kioto -c Release -o "$work/feed" -v quiet
package=$(ls "$work"/feed/Kioto.*.nupkg)
mkdir "$work/user"
version=$(basename "$package" .nupkg)
cat > "$work/user/User.csproj" << END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
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
END
log=$(dotnet build "$work/user" -v minimal)
grep -q 'Program.cs(5,5): warning KIO0001' <<< "$log" || { echo "$log"; echo "The package's analyzers did not report."; exit 1; }
if grep -E 'CS8032|CS8034|CS9057|AD0001' <<< "$log"; then exit 1; fi
for file in lib/net10.0/Kioto.dll lib/net10.0/Kioto.xml README.md LICENSE \
  analyzers/dotnet/cs/Kioto.Analyzers.dll analyzers/dotnet/cs/Kioto.CodeFixes.dll docs/analyzers/KIO0001.md; do
  [ -f "$work/packages/kioto/${version#Kioto.}/$file" ] || { echo "$version has no $file"; exit 1; }
done

dotnet "$work/user/bin/Debug/net10.0/User.dll"
echo "$version is whole, and its analyzers report"
