using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.AwaitedTwiceAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0004.</summary>
public sealed class AwaitedTwiceTests
{
    private const string Given = """
            static async Future<int> Work() { await Kio.YieldNow(); return 1; }
            static void Take(Future<int> future) { }
            static Future<int> Refresh(ref Future<int> future) => future;
            static bool Flip() => true;

        """;

    [Theory]
    [InlineData("await f; await {|KIO0004:f|};")]
    [InlineData("int n = await f + await {|KIO0004:f|};")]
    [InlineData("Take(f); await {|KIO0004:f|};")]
    [InlineData("_ = Kio.Spawn(f); await {|KIO0004:f|};")]
    [InlineData("await Kio.Select(f, {|KIO0004:f|});")]
    [InlineData("await f.Timeout(default); await {|KIO0004:f|};")]
    [InlineData("await f; if (Flip()) { await {|KIO0004:f|}; }")]
    [InlineData("if (Flip()) { await f; } else { Take(f); } await {|KIO0004:f|};")]
    [InlineData("while (Flip()) { await {|KIO0004:f|}; }")]
    [InlineData("do { await {|KIO0004:f|}; } while (Flip());")]
    [InlineData("for (int i = 0; i < 3; i++) { await {|KIO0004:f|}; }")]
    [InlineData("foreach (int i in new[] { 1 }) { await {|KIO0004:f|}; }")]
    [InlineData("while (true) { if (await {|KIO0004:f|} > 0) { break; } }")]
    [InlineData("while (true) { await Kio.Select({|KIO0004:f|}, Work()); }")]
    [InlineData("try { await f; await {|KIO0004:f|}; } finally { await Kio.YieldNow(); }")]
    [InlineData("await f; try { await {|KIO0004:f|}; } catch (IOException) { }")]
    [InlineData("await f; try { } catch (IOException) { await {|KIO0004:f|}; }")]
    [InlineData("f = Work(); await f; await {|KIO0004:f|};")]
    [InlineData("Future<int> g = Work(); await g; await {|KIO0004:g|};")]
    [InlineData("Func<Future<int>, Future<int>> twice = async g => { await g; return await {|KIO0004:g|}; };")]
    public Task IsReported(string statements) =>
        V.Members(Given + "async Future M(Future<int> f) { await Kio.YieldNow(); " + statements + " }");

    [Fact]
    public Task IsReportedWhenReturned() => V.Members(Given + "Future<int> M(Future<int> f) { Take(f); return {|KIO0004:f|}; }");

    [Theory]
    [InlineData("await f;")]
    [InlineData("await f; f = Work(); await f;")]
    [InlineData("if (Flip()) { await f; } else { await f; }")]
    [InlineData("bool a = Flip(); if (a) { await f; } if (!a) { await f; }")]
    [InlineData("if (Flip()) { await f; return; } await f;")]
    [InlineData("switch (Flip()) { case true: await f; break; default: Take(f); break; }")]
    [InlineData("while (Flip()) { await f; f = Work(); }")]
    [InlineData("while (Flip()) { await f; break; }")]
    [InlineData("while (Flip()) { if (Flip()) { await f; return; } }")]
    [InlineData("bool done = false; while (Flip()) { if (!done) { await f; done = true; } }")]
    [InlineData("while (Flip()) { Future<int> g = Work(); await g; }")]
    [InlineData("foreach (Future<int> g in new[] { Work() }) { await g; }")]
    [InlineData("try { await f; } catch (IOException) { await f; }")]
    [InlineData("await f; await Refresh(ref f); await f;")]
    [InlineData("Future<int> g = Future.FromResult(1); await g; await g;")]
    [InlineData("Future g = Future.Completed; await g; await g;")]
    [InlineData("JoinHandle<int> g = Kio.Spawn(f); await g; await g;")]
    [InlineData("Func<Future<int>> g = () => f; await g(); await f;")]
    [InlineData("await f; string name = nameof(f);")]
    [InlineData("object boxed = f; await f; boxed.ToString();")]
    public Task IsNotReported(string statements) =>
        V.Members(Given + "async Future M(Future<int> f) { await Kio.YieldNow(); " + statements + " }");
}
