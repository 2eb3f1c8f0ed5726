using System.Threading.Tasks;
using V = Kioto.Analyzers.Tests.Verify<Kioto.Analyzers.SelectArmAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>;

namespace Kioto.Analyzers.Tests;

/// <summary>KIO0003.</summary>
public sealed class SelectArmTests
{
    private const string Given = """
            [NotCancelSafe] static Future<int> ReadExact() => default;
            [NotCancelSafe] static Future<T> ReadAll<T>() => default;
            [NotCancelSafe] static Future WriteAll() => default;
            [CancelSafe] static Future Wait() => default;
            [CancelSafe] static Future<int> Read() => default;
            static Future<int> Unknown() => default;

        """;

    [Theory]
    [InlineData("await Kio.Select({|KIO0003:ReadExact()|}, Read());")]
    [InlineData("await Kio.Select(Read(), {|KIO0003:ReadExact()|});")]
    [InlineData("await Kio.Select({|KIO0003:ReadExact()|}, {|KIO0003:ReadAll<string>()|});")]
    [InlineData("await Kio.SelectBiased({|KIO0003:ReadExact()|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:ReadExact().When(true)|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:ReadExact().Timeout(TimeSpan.FromSeconds(1)).When(true)|}, Read());")]
    [InlineData("Future<int> read = ReadExact(); await Kio.Select({|KIO0003:read|}, Read());")]
    [InlineData("await Kio.Select(Read(), Read(), {|KIO0003:ReadExact()|});")]
    [InlineData("await Kio.Select({|KIO0003:WriteAll().AsUnit()|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:Kio.Shield(ReadExact())|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:Kio.Join(Read(), ReadExact())|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:Kio.TryJoin(Unknown(), Kio.Shield(ReadExact()).Timeout(TimeSpan.FromSeconds(1)))|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:Kio.Join(new[] { Read(), ReadExact() })|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:Kio.Join([Read(), ReadExact()])|}, Read());")]
    [InlineData("await Kio.Select({|KIO0003:Kio.Join(Wait().AsUnit(), Kio.Join(ReadExact(), Read()))|}, Read());")]
    public Task IsReported(string statements) => V.Members(Given + "async Future M() { " + statements + " }");

    [Theory]
    [InlineData("await Kio.Select(Read(), Unknown());")]
    [InlineData("await Kio.Select(Read().When(true), Unknown());")]
    [InlineData("await Kio.Select(Kio.Join(Read(), Unknown()), Kio.Shield(Read()));")]
    [InlineData("await Kio.Join(ReadExact(), Read());")]
    [InlineData("await Kio.Select(Kio.Join(Kio.Spawn(ReadExact()).AsFuture(), Read()), Wait().AsUnit());")]
    [InlineData("await ReadExact();")]
    [InlineData("await ReadExact().Timeout(TimeSpan.FromSeconds(1));")]
    [InlineData("var read = Kio.Pin(ReadExact()); while (true) { await Kio.Select(read, Read()); }")]
    [InlineData("JoinHandle<int> read = Kio.Spawn(ReadExact()); await Kio.Select(read.AsFuture(), Read());")]
    [InlineData("Future<int> read = ReadExact(); read = Read(); await Kio.Select(read, Read());")]
    [InlineData("new List<int>().Select(i => ReadExact(), 1);")]
    public Task IsNotReported(string statements) =>
        V.Members(Given + "async Future M() { await Kio.YieldNow(); " + statements + " } }"
            + " static class E { public static void Select<T>(this List<T> list, Func<T, Future<int>> f, int n) { } ");
}
