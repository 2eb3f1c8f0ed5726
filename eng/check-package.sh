#!/usr/bin/env bash
# Packs everything and builds a program against the packages: they must contain what they promise and work together, and
# the analyzers must load in the compiler and report what they should.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for project in Kioto Kioto.Extensions Kioto.Hosting Kioto.AspNetCore Kioto.Testing; do
  dotnet pack "src/$project" -c Release -p:DocumentationUrl=https://docs.example/kioto -o "$work/feed" -v quiet
done
package=$(ls "$work"/feed/Kioto.[0-9]*.nupkg)
mkdir "$work/user"
version=$(basename "$package" .nupkg)
cat > "$work/user/User.csproj" << END
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <Nullable>enable</Nullable>
    <TargetFramework>net10.0</TargetFramework>
    <ErrorLog>report.json,version=2.1</ErrorLog>
    <RestoreSources>$work/feed</RestoreSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
    <!-- What the packages need of others has been restored for their own projects. -->
    <RestoreFallbackFolders>$(dotnet nuget locals global-packages --list --force-english-output | sed 's/^[^/]*//')</RestoreFallbackFolders>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Kioto" Version="${version#Kioto.}" />
    <PackageReference Include="Kioto.Extensions" Version="${version#Kioto.}" />
    <PackageReference Include="Kioto.Hosting" Version="${version#Kioto.}" />
    <PackageReference Include="Kioto.AspNetCore" Version="${version#Kioto.}" />
    <PackageReference Include="Kioto.Testing" Version="${version#Kioto.}" />
  </ItemGroup>
</Project>
END
cat > "$work/user/Program.cs" << END
using Kioto;
using Microsoft.AspNetCore.Builder;
Runtime.Run(async () =>
{
    Kio.YieldNow();
    await Kio.YieldNow();
});
await Everything.Run();
static class Mistakes
{
    [NotCancelSafe]
    static async Future<int> Unsafe() { await Kio.YieldNow(); return 1; }
    static async Future Blocks() { await Kio.YieldNow(); System.Threading.Thread.Sleep(1); }
    static async Future Selects() => await Kio.Select(Unsafe(), Kio.YieldNow());
    static async Future Twice() { Future<int> once = Unsafe(); await once; await once; }
    static async Future Swallows() { try { await Kio.YieldNow(); } catch (System.Exception) { } }
    static async Future NoToken() => await System.Threading.Tasks.Task.Delay(1);
    static void Drops() => Runtime.CreateBuilder().Build();
    static void Maps(WebApplication app) => app.MapGet("/", () => Unsafe());
}
END
cat > "$work/user/Everything.cs" << END
using System.Linq;
using System.Net.Http;
using Kioto;
using Kioto.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Task = System.Threading.Tasks.Task;

static class Everything
{
    // A server in a host with a runtime, a type of the extensions, one of the tests' support.
    public static async Task Run()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddKioto();
        builder.WebHost.UseKioto().UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        app.MapGet("/", async () => await Kio.Spawn(async () => "served"));
        await app.StartAsync();
        using HttpClient client = new();
        string answer = await client.GetStringAsync(app.Urls.Single());
        await app.StopAsync();
        System.Console.WriteLine($"{answer} {typeof(AbortOnDispose).Name} {typeof(KiotoFactAttribute).Name}");
    }
}
END
log=$(dotnet build "$work/user" -v minimal)
at=5
for rule in KIO0001 KIO0002 KIO0003 KIO0004 KIO0005 KIO0006 KIO0007 KIO0008; do
  grep -q "Program.cs($at,[0-9]*): warning $rule" <<< "$log" || { echo "$log"; echo "The package's $rule did not report line $at."; exit 1; }
  grep -q "\"helpUri\": \"https://docs.example/kioto/docs/analyzers/$rule.md\"" "$work/user/report.json" || { echo "$rule has no link."; exit 1; }
  at=$((at == 5 ? 13 : at + 1))
done
if grep -E 'CS8032|CS8034|CS9057|AD0001' <<< "$log"; then exit 1; fi
for file in lib/net10.0/Kioto.dll lib/net10.0/Kioto.xml README.md LICENSE \
  analyzers/dotnet/cs/Kioto.Analyzers.dll analyzers/dotnet/cs/Kioto.CodeFixes.dll docs/analyzers/README.md docs/analyzers/KIO000{1..7}.md; do
  [ -f "$work/packages/kioto/${version#Kioto.}/$file" ] || { echo "$version has no $file"; exit 1; }
done

for project in Kioto.Extensions Kioto.Hosting Kioto.AspNetCore Kioto.Testing; do
  for file in "lib/net10.0/$project.dll" "lib/net10.0/$project.xml"; do
    [ -f "$work/packages/${project,,}/${version#Kioto.}/$file" ] || { echo "$project has no $file"; exit 1; }
  done
  grep -qF "<dependency id=\"Kioto\" version=\"[${version#Kioto.}]\"" "$work/packages/${project,,}/${version#Kioto.}/${project,,}.nuspec" ||
    { echo "$project, which uses internals of Kioto, does not ask for exactly its version."; exit 1; }
done

output=$(dotnet "$work/user/bin/Debug/net10.0/User.dll")
grep -q '^served AbortOnDispose KiotoFactAttribute$' <<< "$output" || { echo "$output"; echo "The packages do not work together."; exit 1; }
echo "$version is whole, its analyzers report, and the other packages work with it"
