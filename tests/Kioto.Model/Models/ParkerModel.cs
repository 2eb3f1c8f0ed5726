using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Threads that sleep until unparked, on a futex or on the driver, which one of them may hold.</summary>
internal static class ParkerModel
{
    /// <summary>An unpark before, during or after the park.</summary>
    internal static void UnparkThread()
    {
        var parker = new ThreadParker();
        int[] written = new int[1];
        Model.Spawn(() =>
        {
            for (int i = 1; i <= 2; i++)
            {
                Volatile.Write(ref written[0], i);
                parker.Unpark();
            }
        });
        while (Volatile.Read(ref written[0]) < 2)
        {
            parker.Park();
        }
    }

    /// <summary>Two threads unpark a third.</summary>
    internal static void UnparkThreadTwice()
    {
        var parker = new ThreadParker();
        int[] written = new int[2];
        for (int i = 0; i < 2; i++)
        {
            int unparker = i;
            Model.Spawn(() =>
            {
                Volatile.Write(ref written[unparker], 1);
                parker.Unpark();
            });
        }

        while (Volatile.Read(ref written[0]) + Volatile.Read(ref written[1]) < 2)
        {
            parker.Park();
        }
    }

    /// <summary>A sleep with a time-out loses no unpark.</summary>
    internal static void UnparkTimedSleep()
    {
        var parker = new ThreadParker();
        int[] written = new int[1];
        Model.Spawn(() =>
        {
            Volatile.Write(ref written[0], 1);
            parker.Unpark();
        });
        parker.Park(1_000);
        while (Volatile.Read(ref written[0]) == 0)
        {
            parker.Park();
        }
    }

    /// <summary>One worker, alone with the driver.</summary>
    internal static void UnparkOnDriver()
    {
        var parker = new WorkerParker(new SharedDriver(new ThreadDriver(), 1));
        int[] written = new int[1];
        Model.Spawn(() =>
        {
            for (int i = 1; i <= 2; i++)
            {
                Volatile.Write(ref written[0], i);
                parker.Unpark();
            }
        });
        while (Volatile.Read(ref written[0]) < 2)
        {
            parker.Park(-1);
        }
    }

    /// <summary>Two workers: one holds the driver, the other the futex, and the driver changes hands.</summary>
    internal static void DriverChangesHands()
    {
        var driver = new SharedDriver(new ThreadDriver(), 1);
        var parkers = new WorkerParker[] { new(driver), new(driver) };
        int[] written = new int[2];
        for (int i = 0; i < 2; i++)
        {
            int worker = i;
            Model.Spawn(() =>
            {
                while (Volatile.Read(ref written[worker]) == 0)
                {
                    parkers[worker].Park(-1);
                }
            });
        }

        for (int i = 0; i < 2; i++)
        {
            Volatile.Write(ref written[i], 1);
            parkers[i].Unpark();
        }
    }

    /// <summary>A worker that only looks at the driver takes no unpark from the one that sleeps on it afterwards.</summary>
    internal static void LookingAtTheDriver()
    {
        var driver = new SharedDriver(new ThreadDriver(), 1);
        var sleeper = new WorkerParker(driver);
        int[] written = new int[1];
        Model.Spawn(() =>
        {
            while (Volatile.Read(ref written[0]) == 0)
            {
                sleeper.Park(-1);
            }
        });
        var looker = new WorkerParker(driver);
        looker.PollDriver();
        Volatile.Write(ref written[0], 1);
        sleeper.Unpark();
        looker.PollDriver();
    }

    /// <summary>One thread at a time holds the driver.</summary>
    internal static void DriverIsExclusive()
    {
        var driver = new SharedDriver(new ThreadDriver(), 1);
        bool held = false;
        void Use()
        {
            if (driver.TryAcquire())
            {
                Assert.False(held);
                held = true;
                Model.Point();
                held = false;
                driver.Release();
            }
        }

        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                Use();
                Use();
            });
        }
    }
}
