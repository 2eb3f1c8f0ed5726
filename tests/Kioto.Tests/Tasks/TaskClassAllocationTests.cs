#if !DEBUG
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>What tasks of the background class allocate once they live. Release only: in Debug state machines are classes.</summary>
[Collection(SerialCollection.Name)]
public sealed class TaskClassAllocationTests
{
    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    public void Waking_and_yielding_in_the_background_allocates_nothing(RuntimeKind kind)
    {
        (MpscSender<int> to, MpscReceiver<int> received) = Mpsc.Create<int>(1);
        (MpscSender<int> back, MpscReceiver<int> answers) = Mpsc.Create<int>(1);
        bool started = false;
        Allocations.AssertNothing(kind, async rounds =>
        {
            if (!started)
            {
                started = true;
                Kio.Detach(TaskClass.Background, Echo);
            }

            for (int i = 0; i < rounds; i++)
            {
                await to.SendAsync(i);
                await answers.RecvAsync();
            }
        });

        async Future Echo()
        {
            while (true)
            {
                await received.RecvAsync();
                await Kio.YieldNow();
                await back.SendAsync(1);
            }
        }
    }
}
#endif
