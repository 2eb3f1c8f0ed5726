using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.FutureHandlerAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0008.</summary>
public sealed class FutureHandlerTests
{
    private const string Given = """
            static async Future Work() => await Kio.YieldNow();
            static async Future<string> Text() { await Kio.YieldNow(); return ""; }
            static async Future<string> Of(int id) { await Kio.YieldNow(); return $"{id}"; }
            static void Take(Delegate handler) { }

        """;

    [Theory]
    [InlineData("app.MapGet(\"/\", {|KIO0008:() => Text()|});")]
    [InlineData("app.MapGet(\"/\", {|KIO0008:() => Work()|});")]
    [InlineData("app.MapGet(\"/\", {|KIO0008:Text|});")]
    [InlineData("app.MapGet(\"/{id}\", {|KIO0008:Of|});")]
    [InlineData("app.MapPost(\"/{id}\", {|KIO0008:(int id) => Of(id)|});")]
    [InlineData("app.MapPut(\"/\", {|KIO0008:() => { return Text(); }|});")]
    [InlineData("app.MapDelete(\"/\", {|KIO0008:() => Kio.Spawn(Text)|});")]
    [InlineData("app.MapPatch(\"/\", {|KIO0008:() => Kio.Spawn(Work)|});")]
    [InlineData("app.MapMethods(\"/\", new[] { \"GET\" }, {|KIO0008:() => Text()|});")]
    [InlineData("app.MapFallback({|KIO0008:() => Text()|});")]
    [InlineData("app.Map(\"/\", {|KIO0008:() => Text()|});")]
    [InlineData("app.MapGroup(\"/of\").MapGet(\"/\", {|KIO0008:() => Text()|});")]
    [InlineData("app.MapGet(\"/\", {|KIO0008:async Future<string> () => await Text()|});")]
    [InlineData("Func<Future<string>> handler = Text; app.MapGet(\"/\", {|KIO0008:handler|});")]
    [InlineData("app.MapGet(\"/\", {|KIO0008:(Func<Future>)Work|});")]
    [InlineData("app.MapGet(handler: {|KIO0008:() => Text()|}, pattern: \"/\");")]
    public Task IsReported(string statements) => V.Members(Given + "static void M(WebApplication app) { " + statements + " }");

    [Theory]
    [InlineData("app.MapGet(\"/\", async () => await Text());")]
    [InlineData("app.MapGet(\"/\", async () => await Kio.Spawn(Text));")]
    [InlineData("app.MapGet(\"/\", async context => await Work());")]
    [InlineData("app.MapGet(\"/\", () => Text().AsTask());")]
    [InlineData("app.MapGet(\"/\", () => \"text\");")]
    [InlineData("app.MapGet(\"/\", () => { Kio.Detach(Work()); });")]
    [InlineData("Delegate handler = Text; app.MapGet(\"/\", handler);")]
    [InlineData("Take(Text);")]
    public Task IsNotReported(string statements) => V.Members(Given + "static void M(WebApplication app) { " + statements + " }");
}
