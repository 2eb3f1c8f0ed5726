using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.UndisposedRuntimeAnalyzer, Kioto.CodeFixes.UndisposedRuntimeFix>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0007.</summary>
public sealed class UndisposedRuntimeTests
{
    private const string Given = """
            static Runtime Field;
            static void Take(IDisposable disposable) { }
            static async Future Work() => await Kio.YieldNow();

        """;

    [Theory]
    [InlineData("{|KIO0007:Runtime.CreateBuilder().Build()|};")]
    [InlineData("_ = {|KIO0007:Runtime.CreateCurrentThreadBuilder().Build()|};")]
    [InlineData("{|KIO0007:Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build()|}.Spawn(Work());")]
    [InlineData("RuntimeHandle handle = {|KIO0007:Runtime.CreateBuilder().Build()|}.Handle;")]
    [InlineData("{|KIO0007:Runtime.CreateCurrentThreadBuilder().BuildLocal()|}.BlockOn(Work());")]
    [InlineData("var {|KIO0007:runtime|} = Runtime.CreateBuilder().Build();")]
    [InlineData("var {|KIO0007:runtime|} = Runtime.CreateBuilder().Build(); runtime.Spawn(Work()); Thread.Sleep(1000);")]
    [InlineData("var {|KIO0007:runtime|} = Runtime.CreateBuilder().Build(); Action later = () => runtime.Spawn(Work());")]
    [InlineData("var {|KIO0007:runtime|} = Runtime.CreateBuilder().Build(); Field = null; runtime.Handle.Spawn(Work());")]
    [InlineData("LocalRuntime {|KIO0007:runtime|} = Runtime.CreateCurrentThreadBuilder().BuildLocal(); runtime.BlockOn(Work());")]
    [InlineData("Action action = () => {|KIO0007:Runtime.CreateBuilder().Build()|};")]
    public Task IsReported(string statements) => V.Members(Given + "static void M() { " + statements + " }");

    [Theory]
    [InlineData("using var runtime = Runtime.CreateBuilder().Build(); runtime.Spawn(Work());")]
    [InlineData("using (var runtime = Runtime.CreateBuilder().Build()) { runtime.Spawn(Work()); }")]
    [InlineData("using (Runtime.CreateBuilder().Build()) { }")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); using (runtime) { }")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); try { } finally { runtime.Dispose(); }")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); runtime?.Dispose();")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); ((IDisposable)runtime).Dispose();")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); Action end = runtime.Dispose;")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); runtime.ShutdownBackground();")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); runtime.ShutdownTimeout(TimeSpan.Zero);")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); Action end = () => _ = runtime.ShutdownAsync(default, default);")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); Take(runtime);")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); Field = runtime;")]
    [InlineData("var runtime = Runtime.CreateBuilder().Build(); var all = new List<Runtime> { runtime };")]
    [InlineData("Take(Runtime.CreateBuilder().Build());")]
    [InlineData("Field = Runtime.CreateBuilder().Build();")]
    [InlineData("Runtime.CreateBuilder().Build().Dispose();")]
    [InlineData("Runtime runtime; runtime = Runtime.CreateBuilder().Build(); runtime.Dispose();")]
    [InlineData("Func<Runtime> build = () => Runtime.CreateBuilder().Build(); build().Dispose();")]
    [InlineData("RuntimeBuilder builder = Runtime.CreateBuilder(); builder.WorkerThreads(1);")]
    public Task IsNotReported(string statements) => V.Members(Given + "static void M() { " + statements + " }");

    [Fact]
    public Task ReturnedIsNotReported() => V.Members(
        Given + "Runtime M() => Runtime.CreateBuilder().Build(); Runtime N() { var r = Runtime.CreateBuilder().Build(); return r; }");

    [Fact]
    public Task AtTheTopLevel() => V.Program(
        """
        using Kioto;
        {|CS8805:var {|KIO0007:runtime|} = Runtime.CreateBuilder().Build();|}
        runtime.BlockOn(async () => await Kio.YieldNow());
        """);

    [Fact]
    public Task GeneratedCodeIsSkipped() => V.Generated(Given + "void M() { Runtime.CreateBuilder().Build(); }");

    [Fact]
    public Task UsingIsOffered() => V.Fix(
        Given + "void M()\n    {\n        // Ours.\n        var {|KIO0007:runtime|} = Runtime.CreateBuilder().Build();\n        runtime.Spawn(Work()); }",
        Given + "void M()\n    {\n        // Ours.\n        using var runtime = Runtime.CreateBuilder().Build();\n        runtime.Spawn(Work()); }",
        "Declare it with using");

    [Fact]
    public Task NothingIsOfferedWithoutAVariable() => V.NoFix(Given + "void M() { {|KIO0007:Runtime.CreateBuilder().Build()|}.Spawn(Work()); }");
}
