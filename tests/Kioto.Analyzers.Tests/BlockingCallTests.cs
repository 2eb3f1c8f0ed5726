using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.BlockingCallAnalyzer, Kioto.CodeFixes.BlockingCallFix>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0002.</summary>
public sealed class BlockingCallTests
{
    private const string Given = """
            static Task<int> Count() => Task.FromResult(1);
            static ValueTask<int> Quick() => new(1);
            static async Future Work() => await Kio.YieldNow();
            static Runtime runtime;
            static LocalSet set;

        """;

    [Theory]
    [InlineData("int n = {|KIO0002:Count().Result|};")]
    [InlineData("int n = {|KIO0002:Quick().Result|};")]
    [InlineData("{|KIO0002:Count().Wait()|};")]
    [InlineData("{|KIO0002:Count().Wait(1000)|};")]
    [InlineData("int n = {|KIO0002:Count().GetAwaiter().GetResult()|};")]
    [InlineData("int n = {|KIO0002:Count().ConfigureAwait(false).GetAwaiter().GetResult()|};")]
    [InlineData("int n = {|KIO0002:Quick().GetAwaiter().GetResult()|};")]
    [InlineData("{|KIO0002:Task.WaitAll(Count(), Count())|};")]
    [InlineData("{|KIO0002:Task.WaitAny(Count(), Count())|};")]
    [InlineData("{|KIO0002:Thread.Sleep(10)|};")]
    [InlineData("{|KIO0002:Thread.Sleep(TimeSpan.FromSeconds(1))|};")]
    [InlineData("new Thread(() => { }).Join(0); {|KIO0002:new Thread(() => { }).Join()|};")]
    [InlineData("{|KIO0002:runtime.BlockOn(Work())|};")]
    [InlineData("{|KIO0002:runtime.BlockOn(async () => await Kio.YieldNow())|};")]
    [InlineData("{|KIO0002:set.BlockOn(Work())|};")]
    [InlineData("{|KIO0002:Runtime.Run(Work)|};")]
    [InlineData("Task<int> task = Count(); int n = {|KIO0002:task.Result|}; await task;")]
    public Task IsReported(string statements)
    {
        string members = Given + "async Future M() { await Kio.YieldNow(); " + statements + " }";
        return V.Program(Source.Of(members));
    }

    [Fact]
    public Task IsReportedInLambdasAndLocalFunctions() => V.Members(Given + """
            void M()
            {
                Kio.Spawn(async () => { await Kio.YieldNow(); {|KIO0002:Thread.Sleep(1)|}; });
                async Future Local() { await Kio.YieldNow(); {|KIO0002:Count().Wait()|}; }
                Kio.Detach(Local());
            }
        """);

    [Theory]
    [InlineData("int n = await Count();")]
    [InlineData("Thread.Sleep(0);")]
    [InlineData("bool ended = Count().Wait(0);")]
    [InlineData("bool ended = Count().Wait(TimeSpan.Zero);")]
    [InlineData("Task<int> task = Count(); await task; int n = task.Result;")]
    [InlineData("Task<int> a = Count(), b = Count(); await Task.WhenAll(a, b); int n = a.Result + b.Result;")]
    [InlineData("Task<int> task = Count(); if (task.IsCompletedSuccessfully) { int n = task.Result; }")]
    [InlineData("Task<int> task = Count(); int n = task.IsCompleted ? task.GetAwaiter().GetResult() : 0;")]
    [InlineData("int n = (await Task.WhenAny(Count(), Count())).Result;")]
    [InlineData("Task<int> first = await Task.WhenAny(Count(), Count()); int n = first.Result;")]
    [InlineData("await Kio.SpawnBlocking(() => Thread.Sleep(10));")]
    [InlineData("await Kio.BlockingPool(\"cpu\").Spawn(() => Thread.Sleep(10));")]
    [InlineData("await Kio.SpawnBlocking(() => { Count().Wait(); runtime.BlockOn(Work()); });")]
    [InlineData("await runtime.Spawn(Work());")]
    public Task IsNotReported(string statements) =>
        V.Members(Given + "async Future M() { await Kio.YieldNow(); " + statements + " }");

    [Theory]
    [InlineData("void M() { Count().Wait(); Thread.Sleep(1); runtime.BlockOn(Work()); }")]
    [InlineData("async Task M() { await Task.Yield(); Thread.Sleep(1); }")]
    [InlineData("Future M() { Thread.Sleep(1); return Work(); }")]
    public Task OutsideAsyncFuturesIsNotReported(string member) => V.Members(Given + member);

    [Theory]
    [InlineData("int n = {|KIO0002:Count().Result|};", "int n = await Count();")]
    [InlineData("string s = {|KIO0002:Count().Result|}.ToString();", "string s = (await Count()).ToString();")]
    [InlineData("{|KIO0002:Count().Wait()|};", "await Count();")]
    [InlineData("int n = {|KIO0002:Quick().GetAwaiter().GetResult()|};", "int n = await Quick();")]
    [InlineData("{|KIO0002:Task.WaitAll(Count(), Count())|};", "await Task.WhenAll(Count(), Count());")]
    [InlineData("{|KIO0002:Thread.Sleep(10)|};", "await Kio.Sleep(TimeSpan.FromMilliseconds(10));")]
    [InlineData("{|KIO0002:Thread.Sleep(TimeSpan.FromSeconds(1))|};", "await Kio.Sleep(TimeSpan.FromSeconds(1));")]
    [InlineData("{|KIO0002:runtime.BlockOn(Work())|};", "await runtime.Spawn(Work());")]
    [InlineData("{|KIO0002:set.BlockOn(Work())|};", "await set.RunUntilAsync(Work());")]
    [InlineData("{|KIO0002:Runtime.Run(Work)|};", "await Kio.Spawn(Work);")]
    public Task IsFixed(string before, string after) =>
        V.Fix(Given + "async Future M() { " + before + " }", Given + "async Future M() { " + after + " }");

    [Theory]
    [InlineData("{|KIO0002:Task.WaitAny(Count(), Count())|};")]
    [InlineData("{|KIO0002:Count().Wait(1000)|};")]
    [InlineData("lock (set) { {|KIO0002:Count().Wait()|}; }")]
    public Task IsNotFixed(string statements) =>
        V.NoFix(Given + "async Future M() { await Kio.YieldNow(); " + statements + " }");
}
