using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.UnusedFutureAnalyzer, Kioto.CodeFixes.UnusedFutureFix>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0001.</summary>
public sealed class UnusedFutureTests
{
    private const string Work = """
            static async Future Work() => await Kio.YieldNow();
            static async Future<int> Count() { await Kio.YieldNow(); return 1; }
            static Future Field;
            static void Take(Future future) { }

        """;

    [Theory]
    [InlineData("{|KIO0001:Work()|};")]
    [InlineData("{|KIO0001:Count()|};")]
    [InlineData("{|KIO0001:_ = Work()|};")]
    [InlineData("{|KIO0001:_ = Count()|};")]
    [InlineData("{|KIO0001:_ = Field|};")]
    [InlineData("{|KIO0001:Kio.Sleep(TimeSpan.Zero)|};")]
    [InlineData("{|KIO0001:stream?.WriteAllAsync(default)|};")]
    [InlineData("Future {|KIO0001:future|} = Work();")]
    [InlineData("var {|KIO0001:future|} = Count();")]
    [InlineData("var {|KIO0001:future|} = Work(); future = Work();")]
    [InlineData("Action action = () => {|KIO0001:Work()|};")]
    [InlineData("Action action = () => { {|KIO0001:Work()|}; };")]
    [InlineData("new List<int>().ForEach(i => {|KIO0001:Kio.Sleep(default)|});")]
    public Task IsReported(string statements) =>
        V.Members(Work + "static void M(TcpStream? stream) { " + statements + " }");

    [Theory]
    [InlineData("await Work();")]
    [InlineData("int n = await Count();")]
    [InlineData("_ = await Count();")]
    [InlineData("Kio.Detach(Work());")]
    [InlineData("_ = Kio.Spawn(Work());")]
    [InlineData("JoinHandle handle = Kio.Spawn(Work()); handle.Abort();")]
    [InlineData("Field = Work();")]
    [InlineData("Take(Work());")]
    [InlineData("var future = Work(); await future;")]
    [InlineData("var future = Work(); Func<Future> later = () => future; await later();")]
    [InlineData("Func<Future> later = () => Work(); await later();")]
    [InlineData("Func<object> boxed = () => Work(); boxed();")]
    [InlineData("Future future; future = Work(); await future;")]
    [InlineData("var list = new List<Future> { Work() }; list.Add(Work());")]
    [InlineData("_ = Task.Delay(1);")]
    public Task IsNotReported(string statements) =>
        V.Members(Work + "static async Future M() { await Kio.YieldNow(); " + statements + " }");

    [Fact]
    public Task ReturnedIsNotReported() => V.Members(Work + "Future M() => Work(); Future<int> N() { var f = Count(); return f; }");

    [Fact]
    public Task GeneratedCodeIsSkipped() => V.Generated(Work + "void M() { Work(); }");

    [Theory]
    [InlineData("async Future M() { {|KIO0001:Work()|}; await Kio.YieldNow(); }", "async Future M() { await Work(); await Kio.YieldNow(); }")]
    [InlineData("async Future M() { {|KIO0001:_ = Count()|}; await Kio.YieldNow(); }", "async Future M() { await Count(); await Kio.YieldNow(); }")]
    [InlineData("async Task M() { {|KIO0001:Work()|}; await Task.Yield(); }", "async Task M() { await Work(); await Task.Yield(); }")]
    public Task AwaitIsOffered(string before, string after) => V.Fix(Work + before, Work + after, "Await the future");

    [Theory]
    [InlineData("void M() { {|KIO0001:Work()|}; }", "void M() { Kio.Detach(Work()); }")]
    [InlineData("void M() { {|KIO0001:_ = Work()|}; }", "void M() { Kio.Detach(Work()); }")]
    [InlineData("Action M() => () => {|KIO0001:Work()|};", "Action M() => () => Kio.Detach(Work());")]
    [InlineData(
        "async Future M() { {|KIO0001:Work()|}; await Kio.YieldNow(); }", "async Future M() { Kio.Detach(Work()); await Kio.YieldNow(); }")]
    public Task DetachIsOffered(string before, string after) => V.Fix(Work + before, Work + after, "Run it with Kio.Detach");

    [Fact]
    public Task SpawnIsOfferedForAResult() =>
        V.Fix(Work + "void M() { {|KIO0001:Count()|}; }", Work + "void M() { _ = Kio.Spawn(Count()); }", "Run it with Kio.Spawn");

    [Fact]
    public Task AllAreFixedAtOnce() =>
        V.Fix(
            Work + "void M() { {|KIO0001:Work()|}; {|KIO0001:_ = Work()|}; }",
            Work + "void M() { Kio.Detach(Work()); Kio.Detach(Work()); }");
}
