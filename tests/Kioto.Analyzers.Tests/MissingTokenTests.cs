using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.MissingTokenAnalyzer, Kioto.CodeFixes.MissingTokenFix>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0006.</summary>
public sealed class MissingTokenTests
{
    private const string Given = """
            static Task None() => Task.CompletedTask;
            static Task Middle(int a, CancellationToken stop = default, int b = 0) => Task.CompletedTask;
            static Task<T> Generic<T>(T value) => Generic(value, default);
            static Task<T> Generic<T>(T value, CancellationToken cancellation) => Task.FromResult(value);
            static Task Old(int a) => Task.CompletedTask;
            [Obsolete] static Task Old(int a, CancellationToken cancellation) => Task.CompletedTask;
            static Task Other(int a) => Task.CompletedTask;
            static Task Other(string a, CancellationToken cancellation) => Task.CompletedTask;
            static IAsyncEnumerable<int> Items(CancellationToken cancellation = default) => null!;
            static IAsyncEnumerable<int> Overloaded(int a) => null!;
            static IAsyncEnumerable<int> Overloaded(int a, CancellationToken cancellation) => null!;
            static IAsyncEnumerable<int> Plain() => null!;

        """;

    [Theory]
    [InlineData("""await {|KIO0006:File.ReadAllTextAsync("a")|};""")]
    [InlineData("""await {|KIO0006:File.ReadAllTextAsync("a")|}.ConfigureAwait(false);""")]
    [InlineData("await {|KIO0006:Task.Delay(1)|};")]
    [InlineData("""await {|KIO0006:client.GetAsync("a")|};""")]
    [InlineData("await {|KIO0006:stream.ReadAsync(new byte[1])|};")]
    [InlineData("await {|KIO0006:stream.ReadAsync(new byte[1], 0, 1)|};")]
    [InlineData("await {|KIO0006:stream.FlushAsync()|};")]
    [InlineData("await {|KIO0006:gate.WaitAsync()|};")]
    [InlineData("await {|KIO0006:Middle(1, b: 2)|};")]
    [InlineData("await {|KIO0006:Generic(1)|};")]
    [InlineData("await foreach (int i in {|KIO0006:Items()|}) { }")]
    [InlineData("await foreach (int i in {|KIO0006:Overloaded(1)|}) { }")]
    [InlineData("await foreach (int i in {|KIO0006:Items()|}.ConfigureAwait(false)) { }")]
    [InlineData("await foreach (int i in {|KIO0006:reader.ReadAllAsync()|}) { }")]
    [InlineData("Task task = {|KIO0006:Task.Delay(1)|}; await task;")]
    [InlineData("var task = {|KIO0006:Generic(1)|}; await None(); await task.ConfigureAwait(false); await task;")]
    [InlineData("int n = await {|KIO0006:Generic(1)|} + 1;")]
    public Task IsReported(string statements) => V.Members(
        Given + "async Future M(HttpClient client, FileStream stream, SemaphoreSlim gate, System.Threading.Channels.ChannelReader<int> reader) { await Kio.YieldNow(); " + statements + " }");

    [Theory]
    [InlineData("""await File.ReadAllTextAsync("a", Kio.CancellationToken);""")]
    [InlineData("""await File.ReadAllTextAsync("a", CancellationToken.None);""")]
    [InlineData("await Task.Delay(1, cancellationToken: default);")]
    [InlineData("await None();")]
    [InlineData("await Old(1);")]
    [InlineData("await Other(1);")]
    [InlineData("await Kio.Sleep(default);")]
    [InlineData("Task task = Task.Delay(1); task = None(); await task;")]
    [InlineData("Task task = Task.Delay(1, Kio.CancellationToken); await task;")]
    [InlineData("Task task = Task.Delay(1); Func<Future> later = async () => await task;")]
    [InlineData("await foreach (int i in Items(Kio.CancellationToken)) { }")]
    [InlineData("await foreach (int i in Items().WithCancellation(Kio.CancellationToken)) { }")]
    [InlineData("await foreach (int i in Items().WithCancellation(Kio.CancellationToken).ConfigureAwait(false)) { }")]
    [InlineData("await foreach (int i in Plain()) { }")]
    [InlineData("foreach (int i in new[] { 1 }) { }")]
    [InlineData("try { await None(); } finally { await stream.FlushAsync(); }")]
    [InlineData("try { await None(); } catch (IOException) { await stream.FlushAsync(); }")]
    [InlineData("Kio.Spawn(async () => { await Kio.YieldNow(); Func<Task> f = async () => await Task.Delay(1); });")]
    public Task IsNotReported(string statements) => V.Members(
        Given + "async Future M(FileStream stream) { await Kio.YieldNow(); " + statements + " }");

    [Theory]
    [InlineData("async Task M() => await Task.Delay(1);")]
    [InlineData("async Future DisposeAsync() => await Task.Delay(1);")]
    public Task ElsewhereIsNotReported(string member) => V.Members(Given + member);

    [Theory]
    [InlineData(
        """await {|KIO0006:File.ReadAllTextAsync("a")|};""", """await File.ReadAllTextAsync("a", Kio.CancellationToken);""")]
    [InlineData("await {|KIO0006:stream.FlushAsync()|};", "await stream.FlushAsync(Kio.CancellationToken);")]
    [InlineData("await {|KIO0006:Middle(1)|};", "await Middle(1, Kio.CancellationToken);")]
    [InlineData("await {|KIO0006:Middle(1, b: 2)|};", "await Middle(1, b: 2, stop: Kio.CancellationToken);")]
    [InlineData("await {|KIO0006:Generic(1)|};", "await Generic(1, Kio.CancellationToken);")]
    [InlineData(
        "await {|KIO0006:stream.CopyToAsync(stream)|};", "await stream.CopyToAsync(stream, Kio.CancellationToken);")]
    [InlineData(
        "await foreach (int i in {|KIO0006:Overloaded(1)|}) { }",
        "await foreach (int i in Overloaded(1, Kio.CancellationToken)) { }")]
    [InlineData("var task = {|KIO0006:Generic(1)|}; await task;", "var task = Generic(1, Kio.CancellationToken); await task;")]
    public Task IsFixed(string before, string after) => V.Fix(
        Given + "async Future M(FileStream stream) { " + before + " }", Given + "async Future M(FileStream stream) { " + after + " }");
}
