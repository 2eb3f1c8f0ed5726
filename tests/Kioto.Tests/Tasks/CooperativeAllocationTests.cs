#if !DEBUG
namespace Kioto.Tests;

/// <summary>What the cooperative verbs allocate. Release only: in Debug the compiler makes state machines classes.</summary>
[Collection(SerialCollection.Name)]
public sealed class CooperativeAllocationTests
{
    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    public void They_allocate_nothing(RuntimeKind kind) => Allocations.AssertNothing(kind, async rounds =>
    {
        for (int i = 0; i < rounds; i++)
        {
            await Kio.ConsumeBudgetAsync();
            await Twice().Unconstrained();
        }

        static async Future Twice()
        {
            await Kio.ConsumeBudgetAsync();
            await Kio.YieldNow();
        }
    });
}
#endif
