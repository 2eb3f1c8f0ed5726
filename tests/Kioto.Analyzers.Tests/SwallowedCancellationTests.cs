using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.SwallowedCancellationAnalyzer, Kioto.CodeFixes.SwallowedCancellationFix>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0005.</summary>
public sealed class SwallowedCancellationTests
{
    private const string Given = """
            static async Future Work() => await Kio.YieldNow();
            static void Log(Exception exception) { }
            static bool IsTransient(Exception exception) => true;
            static async IAsyncEnumerable<int> Numbers() { yield return 1; await Task.Yield(); }

        """;

    [Theory]
    [InlineData("try { await Work(); } {|KIO0005:catch (Exception)|} { }")]
    [InlineData("try { await Work(); } {|KIO0005:catch (Exception e)|} { Log(e); }")]
    [InlineData("try { await Work(); } {|KIO0005:catch|} { }")]
    [InlineData("try { await Work(); } catch (IOException) { } {|KIO0005:catch (Exception)|} { }")]
    [InlineData("int n = 0; try { await Work(); } {|KIO0005:catch (Exception)|} when (n < 3) { }")]
    [InlineData("while (true) { try { await Work(); } {|KIO0005:catch (Exception e)|} { Log(e); } }")]
    [InlineData("try { await foreach (int n in Numbers()) { } } {|KIO0005:catch (Exception)|} { }")]
    [InlineData("try { await Task.Delay(1); } {|KIO0005:catch (Exception)|} { }")]
    public Task IsReported(string statements) =>
        V.Members(Given + "async Future M() { await Kio.YieldNow(); " + statements + " }");

    [Theory]
    [InlineData("try { await Work(); } catch (Exception e) when (e is not OperationCanceledException) { }")]
    [InlineData("try { await Work(); } catch (Exception e) when (IsTransient(e)) { }")]
    [InlineData("try { await Work(); } catch (Exception e) when (e is IOException or TimeoutException) { }")]
    [InlineData("try { await Work(); } catch (Exception) when (!Kio.CancellationToken.IsCancellationRequested) { }")]
    [InlineData("try { await Work(); } catch (OperationCanceledException) { throw; } catch (Exception) { }")]
    [InlineData("try { await Work(); } catch (FutureCancelledException) { } catch (Exception) { }")]
    [InlineData("try { await Work(); } catch (Exception e) { Log(e); throw; }")]
    [InlineData("try { await Work(); } catch (Exception e) { throw new IOException(\"\", e); }")]
    [InlineData("try { await Work(); } catch (Exception e) { if (e is OperationCanceledException) throw; }")]
    [InlineData("Exception? kept = null; try { await Work(); } catch (Exception e) { kept = e; }")]
    [InlineData("var done = new TaskCompletionSource(); try { await Work(); } catch (Exception e) { done.SetException(e); }")]
    [InlineData("Func<Future<string>> f = async () => { try { await Work(); return \"\"; } catch (Exception e) { return e.Message; } };")]
    [InlineData("try { await Work(); } catch (IOException) { }")]
    [InlineData("try { Log(null!); } catch (Exception) { }")]
    [InlineData("try { Kio.Spawn(async () => await Work()).Abort(); } catch (Exception) { }")]
    [InlineData("try { await Work(); } finally { }")]
    public Task IsNotReported(string statements) =>
        V.Members(Given + "async Future M() { await Kio.YieldNow(); " + statements + " }");

    [Fact]
    public Task InTasksIsNotReported() =>
        V.Members(Given + "async Task M() { try { await Work(); } catch (Exception) { } }");

    [Fact]
    public Task IsReportedInLambdas() =>
        V.Members(Given + "void M() { Kio.Spawn(async () => { try { await Work(); } {|KIO0005:catch|} { } }); }");

    [Theory]
    [InlineData("{|KIO0005:catch (Exception)|}", "catch (Exception exception) when (exception is not OperationCanceledException)")]
    [InlineData("{|KIO0005:catch (Exception e)|}", "catch (Exception e) when (e is not OperationCanceledException)")]
    [InlineData("{|KIO0005:catch|}", "catch (Exception exception) when (exception is not OperationCanceledException)")]
    [InlineData("{|KIO0005:catch (Exception)|} // why", "catch (Exception exception) when (exception is not OperationCanceledException) // why")]
    [InlineData(
        "{|KIO0005:catch (Exception)|} when (n < 3)",
        "catch (Exception exception) when ((n < 3) && exception is not OperationCanceledException)")]
    public Task IsFixed(string before, string after)
    {
        return V.Fix(Method(before), Method(after));

        static string Method(string clause) => Given + $$"""
                async Future M(int n)
                {
                    try
                    {
                        await Work();
                    }
                    {{clause}}
                    {
                    }
                }
            """;
    }

    [Fact]
    public Task TheVariableGetsAFreeName() => V.Fix(
        Given + """
                async Future M(int exception)
                {
                    try { await Work(); }
                    {|KIO0005:catch (Exception)|}
                    {
                    }
                }
            """,
        Given + """
                async Future M(int exception)
                {
                    try { await Work(); }
                    catch (Exception exception2) when (exception2 is not OperationCanceledException)
                    {
                    }
                }
            """);
}
