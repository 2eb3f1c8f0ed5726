using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;

namespace Kioto.Tests;

/// <summary>The wheel on a synthetic clock, against a list of deadlines.</summary>
public sealed class TimerWheelTests
{
    private const long Milli = 1_000_000;

    // As the wheel has them: the slots of its levels are 2^14 to 2^50 ns wide, its reach is 2^56 ns.
    private const long Tick = 1L << 14;
    private const long Coarse = 1L << 20;
    private const long Far = 1L << 26;
    private const long Reach = 1L << 56;

    /// <summary>Delays beside the width of each level's slots and of the whole level, in nanoseconds.</summary>
    public static TheoryData<long> Delays
    {
        get
        {
            TheoryData<long> delays = [];
            for (int level = 0; level < 7; level++)
            {
                long width = Tick << (6 * level);
                foreach (long delay in new[] { width - 1, width, width + 1, (width * 63) + 5, (width * 64) - 1 })
                {
                    delays.Add(delay);
                }
            }

            return delays;
        }
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public void Fires_at_its_tick_and_not_before(long delay)
    {
        // From where a slot of each level begins, and from the last nanosecond before.
        for (int level = 0; level < 7; level++)
        {
            foreach (long before in new[] { 0, 1 })
            {
                Clocked wheel = new();
                wheel.BeQuiet((-wheel.Now & ((Tick << (6 * level)) - 1)) + (Tick << (6 * level)) - before);
                long due = wheel.Now + delay;
                wheel.Start(1, due);
                wheel.RunUntil(due - 1);
                Assert.Empty(wheel.Fired);
                wheel.RunUntil(due + (2 * Tick) + (delay > Far ? Coarse : 0));
                Assert.Equal([1], wheel.Fired);
                Assert.Equal(long.MaxValue, wheel.Wheel.NextDeadline);
            }
        }
    }

    [Fact]
    public void Deadlines_are_rounded_up_to_the_tick()
    {
        Clocked wheel = new();
        wheel.Start(1, wheel.Now + Milli + 1);
        wheel.Wheel.Expire(wheel.Now + Milli + 1);
        Assert.Empty(wheel.Fired);
        wheel.Wheel.Expire(wheel.Now + (3 * Milli));
        Assert.Equal([1], wheel.Fired);
    }

    [Fact]
    public void What_is_due_already_fires_at_the_next_tick()
    {
        Clocked wheel = new();
        wheel.Start(1, wheel.Now - (5 * Milli));
        wheel.Wheel.Expire(wheel.Now + (2 * Milli));
        Assert.Equal([1], wheel.Fired);
    }

    [Fact]
    public void Starting_says_whether_the_next_deadline_moved()
    {
        Clocked wheel = new();
        long now = wheel.Now; // Once: the process's clock goes on meanwhile.
        Assert.True(wheel.Start(1, now + (100 * Milli)));
        Assert.False(wheel.Start(2, now + (10_000 * Milli)));
        Assert.True(wheel.Start(3, now + (10 * Milli)));
        Assert.InRange(wheel.Wheel.NextDeadline, now, now + (11 * Milli));
    }

    [Fact]
    public void Cancelling_takes_it_out_whenever()
    {
        Clocked wheel = new();
        TimerEntry first = wheel.Add(1, wheel.Now + (10 * Milli));
        TimerEntry second = wheel.Add(2, wheel.Now + (10 * Milli));
        wheel.Wheel.Cancel(first);
        wheel.Wheel.Cancel(first);
        wheel.RunUntil(wheel.Begin + (20 * Milli));
        Assert.Equal([2], wheel.Fired);
        wheel.Wheel.Cancel(second);
        Assert.Equal(long.MaxValue, wheel.Wheel.NextDeadline);
    }

    [Fact]
    public void An_entry_is_used_again_after_it_fired()
    {
        Clocked wheel = new();
        TimerEntry entry = wheel.Add(1, wheel.Now + (10 * Milli));
        wheel.RunUntil(wheel.Begin + (20 * Milli));
        wheel.Restart(entry, 2, wheel.Now + (5 * Milli));
        wheel.RunUntil(wheel.Begin + (40 * Milli));
        Assert.Equal([1, 2], wheel.Fired);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_waker_that_cancels_others_of_the_same_turn_stops_them(long millis)
    {
        // Far ahead they are moved down first, over several holds of the lock.
        Clocked wheel = new();
        List<TimerEntry> entries = [];
        for (int i = 0; i < 1000; i++)
        {
            entries.Add(wheel.Add(i, wheel.Now + (millis * Milli)));
        }

        wheel.OnFire = id =>
        {
            // Those of the same batch are on their way; all others of the turn can still be stopped.
            foreach (TimerEntry entry in entries)
            {
                wheel.Wheel.Cancel(entry);
            }
        };
        wheel.RunUntil(wheel.Begin + ((millis + 10) * Milli));
        Assert.InRange(wheel.Fired.Count, 1, 32);
    }

    [Fact]
    public void However_many_are_due_each_fires_once_also_those_that_wakers_start_meanwhile()
    {
        Clocked wheel = new();
        for (int i = 0; i < 5000; i++)
        {
            wheel.Start(i, wheel.Now + (100_000 * Milli) + (i % 7 * Tick));
        }

        int more = 5000;
        wheel.OnFire = id =>
        {
            if (id < 500)
            {
                wheel.Start(more++, wheel.Now - 1);
            }
        };
        wheel.RunUntil(wheel.Begin + (100_010 * Milli));
        wheel.Fired.Sort();
        Assert.Equal(5500, wheel.Fired.Count);
        Assert.All(wheel.Fired, (id, place) => Assert.Equal(place, id));
    }

    [Fact]
    public void Closing_tells_all_wherever_they_are()
    {
        Clocked wheel = new();
        List<TimerEntry> entries = [];
        for (int i = 0; i < 500; i++)
        {
            entries.Add(wheel.Add(i, wheel.Now + (Tick << (i % 42))));
        }

        wheel.Wheel.Close();
        Assert.Equal(500, wheel.Fired.Count);
        Assert.All(entries, static entry => Assert.Equal(TimerState.Gone, entry.Standing));
        Assert.False(wheel.Wheel.Reset(entries[0], wheel.Now));
        Assert.Throws<RuntimeShutdownException>(() => wheel.Start(7, wheel.Now));
        Assert.Equal(long.MaxValue, wheel.Wheel.NextDeadline);
    }

    [Fact]
    public void An_endless_sleeper_does_not_hide_those_of_the_last_level()
    {
        Clocked wheel = new();
        wheel.Wheel.Expire(wheel.Now + (5 * Milli));
        wheel.Start(1, long.MaxValue);
        wheel.Start(2, wheel.Now + (20L * 24 * 3600 * 1000 * Milli));
        wheel.RunUntil(wheel.Begin + (21L * 24 * 3600 * 1000 * Milli));
        Assert.Equal([2], wheel.Fired);
    }

    [Fact]
    public void What_lies_beyond_the_wheel_fires_at_its_time()
    {
        foreach (long delay in new[] { Reach - 1, Reach, Reach + 1, (2 * Reach) + 12345, 3 * Reach, 20 * Reach })
        {
            Clocked wheel = new();
            wheel.Wheel.Expire(wheel.Now + (7 * Milli));
            wheel.Start(1, wheel.Begin + delay);
            wheel.Start(2, long.MaxValue);
            wheel.RunUntil(wheel.Begin + delay - 1);
            Assert.Empty(wheel.Fired);
            wheel.RunUntil(wheel.Begin + delay + (2 * Milli));
            Assert.Equal([1], wheel.Fired);
        }
    }

    [Fact]
    public void A_reset_moves_it_to_and_fro_and_starts_what_has_fired()
    {
        Clocked wheel = new();
        TimerEntry entry = wheel.Add(1, wheel.Now + (10 * Milli));
        Assert.False(wheel.Wheel.Reset(entry, wheel.Begin + (10_000 * Milli)));
        wheel.RunUntil(wheel.Begin + (20 * Milli));
        Assert.Empty(wheel.Fired);
        Assert.True(wheel.Wheel.Reset(entry, wheel.Begin + (30 * Milli)));
        wheel.RunUntil(wheel.Begin + (40 * Milli));
        Assert.Equal([1], wheel.Fired);
        Assert.Equal(TimerState.Fired, entry.Standing);
        wheel.Wheel.Reset(entry, wheel.Begin + (50 * Milli));
        Assert.Equal(TimerState.Waiting, entry.Standing);
        Assert.NotEqual(long.MaxValue, wheel.Wheel.NextDeadline);
        wheel.Wheel.Cancel(entry);
        wheel.Wheel.Refresh();
        Assert.Equal(long.MaxValue, wheel.Wheel.NextDeadline);
    }

    [Fact]
    public void Those_of_one_turn_fire_by_deadline()
    {
        Clocked wheel = new();
        long[] millis = [700, 3, 90_000, 1, 64, 5_000, 65, 63, 2];
        for (int i = 0; i < millis.Length; i++)
        {
            wheel.Start((int)millis[i], wheel.Now + (millis[i] * Milli));
        }

        wheel.Wheel.Expire(wheel.Now + (100_000 * Milli));
        Array.Sort(millis);
        Assert.Equal(Array.ConvertAll(millis, static m => (int)m), wheel.Fired);
    }

    [Fact]
    public void Short_ones_are_less_than_17_microseconds_late_and_long_ones_share_a_wake_up()
    {
        Clocked wheel = new();
        wheel.Start(1, wheel.Now + Milli + 1);
        wheel.RunUntil(wheel.Begin + Milli);
        Assert.Empty(wheel.Fired);
        wheel.RunUntil(wheel.Begin + Milli + 17_000);
        Assert.Equal([1], wheel.Fired);
        long far = (wheel.Now + (500 * Milli)) & -(1L << 20);
        TimerEntry one = wheel.Add(2, far + 1);
        TimerEntry other = wheel.Add(3, far + 100_000);
        Assert.Equal(one.Deadline >> 20, other.Deadline >> 20);
        Assert.InRange(one.Deadline, far + 1, far + (2 * Milli));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_short_one_after_a_quiet_time_is_as_exact(bool besideAFarOne)
    {
        Clocked wheel = new();
        if (besideAFarOne)
        {
            wheel.Start(9, wheel.Now + (3_600_000 * Milli));
        }

        wheel.BeQuietFor((10_000 * Milli) + 123_456);
        long start = wheel.Now;
        TimerEntry entry = wheel.Add(1, start + Milli + 1);
        Assert.Equal(start + Milli + 1, entry.Deadline);
        Assert.InRange(wheel.Wheel.NextDeadline, start + 1, start + Milli + 17_000); // No look for nothing.
        wheel.RunUntil(start + Milli);
        Assert.Empty(wheel.Fired);
        wheel.RunUntil(start + Milli + 17_000);
        Assert.Equal([1], wheel.Fired);

        // One that is moved is not rounded either.
        TimerEntry moved = wheel.Add(2, wheel.Now + (1_000 * Milli));
        wheel.BeQuietFor(500 * Milli);
        wheel.Wheel.Reset(moved, wheel.Now + 100_000);
        Assert.Equal(wheel.Now + 100_000, moved.Deadline);
        wheel.RunUntil(wheel.Now + 117_000);
        Assert.Equal([1, 2], wheel.Fired);
    }

    [Fact]
    public void On_a_paused_clock_it_agrees_with_a_sorted_list_to_the_nanosecond()
    {
        Gen<(int Kind, long Delay)> step = Gen.Select(
            Gen.Int[0, 9],
            Gen.OneOf(Gen.Long[0, 70], Gen.Long[0, 100_000], Gen.Long[0, 1L << 32], Gen.Long[0, 1L << 45], Gen.Long[0, 1L << 58]));
        step.Array[1, 60].Sample(
            steps =>
            {
                ClockState clock = new();
                Assert.True(clock.TryPause());
                TimerWheel wheel = new(clock);
                List<TimerEntry> entries = [];
                List<(long Deadline, long Started, int Id)> model = [];
                List<(long Time, int Id)> fired = [];
                long started = 0;
                foreach ((int kind, long delay) in steps)
                {
                    int id = kind < 4 || entries.Count == 0 ? entries.Count : (int)(delay % entries.Count);
                    long deadline = Instant.Add(clock.Now, delay);
                    if (id == entries.Count)
                    {
                        PlainTimer entry = new() { Deadline = deadline };
                        entry.Target = Waker.Create(() => fired.Add((clock.Now, id))).Target;
                        entries.Add(entry);
                        wheel.Start(entry, clock.Now);
                        model.Add((deadline, started++, id));
                    }
                    else if (kind < 6)
                    {
                        wheel.Cancel(entries[id]);
                        model.RemoveAll(m => m.Id == id);
                    }
                    else if (kind < 8)
                    {
                        wheel.Reset(entries[id], deadline);
                        entries[id].Target = Waker.Create(() => fired.Add((clock.Now, id))).Target;
                        model.RemoveAll(m => m.Id == id);
                        model.Add((deadline, started++, id));
                    }
                    else
                    {
                        fired.Clear();
                        List<(long Time, int Id)> expected = [];
                        long end = deadline;
                        model.Sort();
                        long now = clock.Now;
                        while (model.Count > 0 && model[0].Deadline <= end)
                        {
                            now = long.Max(now, model[0].Deadline);
                            expected.Add((now, model[0].Id));
                            model.RemoveAt(0);
                        }

                        for (long next = wheel.EarliestDeadline(); next <= end && next != long.MaxValue; next = wheel.EarliestDeadline())
                        {
                            clock.MoveTo(next);
                            wheel.Expire(clock.Now);
                        }

                        clock.MoveTo(end);

                        // Among those of one moment the order is that of arrival in the finest slot, not of starting.
                        expected.Sort();
                        fired.Sort();
                        Assert.Equal(expected, fired);
                    }
                }
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void A_timer_that_was_left_wakes_nobody_and_is_let_go_of_when_its_time_comes()
    {
        Clocked wheel = new();
        TimerEntry entry = wheel.Add(1, wheel.Now + (10 * Milli));
        Assert.True(wheel.Wheel.TryLeave(entry));
        Assert.True(entry.IsLeft);
        wheel.RunUntil(wheel.Now + (11 * Milli));
        Assert.Empty(wheel.Fired);
        Assert.Equal(TimerState.Fired, entry.Standing);
        Assert.Equal(-1, entry.Slot);
        Assert.Equal(long.MaxValue, wheel.Wheel.NextDeadline);
        Assert.False(wheel.Wheel.TryRestart(entry, wheel.Now + (20 * Milli), wheel.Now));
    }

    [Fact]
    public void A_timer_that_was_left_is_started_again_where_it_lies_unless_that_would_be_late()
    {
        Clocked wheel = new();
        TimerEntry entry = wheel.Add(1, wheel.Now + (10 * Milli));
        Assert.True(wheel.Wheel.TryLeave(entry));
        Assert.False(wheel.Wheel.TryRestart(entry, wheel.Now + (9 * Milli), wheel.Now));
        int slot = entry.Slot;
        wheel.Retarget(entry, 1);
        Assert.True(wheel.Wheel.TryRestart(entry, wheel.Now + (30 * Milli), wheel.Now));
        Assert.Equal(slot, entry.Slot);
        wheel.RunUntil(wheel.Begin + (29 * Milli));
        Assert.Empty(wheel.Fired);
        Assert.NotEqual(slot, entry.Slot);
        wheel.RunUntil(wheel.Begin + (31 * Milli));
        Assert.Equal([1], wheel.Fired);
    }

    [Fact]
    public void A_timer_that_is_moved_ahead_fires_once_however_often_it_was_moved()
    {
        Clocked wheel = new();
        TimerEntry entry = wheel.Add(1, wheel.Now + (10 * Milli));
        for (int i = 1; i <= 100; i++)
        {
            Assert.True(wheel.Wheel.TryMove(entry, wheel.Now + (10 * Milli)));
            wheel.RunUntil(wheel.Begin + (i * Milli));
        }

        Assert.Empty(wheel.Fired);
        Assert.False(wheel.Wheel.TryMove(entry, wheel.Now + (2 * Milli)));
        wheel.RunUntil(wheel.Begin + (200 * Milli));
        Assert.Equal([1], wheel.Fired);
    }

    [Fact]
    public void What_was_moved_and_left_before_a_pause_is_where_it_belongs_afterwards()
    {
        Gen<(int Kind, long Delay)> step = Gen.Select(Gen.Int[0, 9], Gen.OneOf(Gen.Long[0, 1L << 33], Gen.Long[0, 1L << 45], Gen.Long[0, 1L << 58]));
        step.Array[1, 40].Sample(
            steps =>
            {
                ClockState clock = new();
                TimerWheel wheel = new(clock);
                List<TimerEntry> entries = [];
                Dictionary<int, long> model = [];
                List<(long Time, int Id)> fired = [];
                foreach ((int kind, long delay) in steps)
                {
                    int id = kind < 4 || entries.Count == 0 ? entries.Count : (int)(delay % entries.Count);
                    long now = clock.Now;
                    long deadline = Instant.Add(now, delay + 10_000_000_000); // Nothing is due before the pause.
                    if (id == entries.Count)
                    {
                        PlainTimer entry = new() { Deadline = deadline };
                        entry.Target = Waker.Create(() => fired.Add((clock.Now, id))).Target;
                        entries.Add(entry);
                        wheel.Start(entry, now);
                    }
                    else if (entries[id].IsLeft)
                    {
                        entries[id].Target = Waker.Create(() => fired.Add((clock.Now, id))).Target;
                        if (!wheel.TryRestart(entries[id], deadline, now))
                        {
                            entries[id].Target = NoTarget.Instance;
                            continue;
                        }
                    }
                    else if (kind < 7)
                    {
                        Assert.True(wheel.TryLeave(entries[id]));
                        model.Remove(id);
                        continue;
                    }
                    else if (!wheel.TryMove(entries[id], deadline))
                    {
                        wheel.Reset(entries[id], deadline);
                    }

                    model[id] = entries[id].Deadline; // Rounded, perhaps.
                }

                Assert.True(clock.TryPause());
                for (long next = wheel.EarliestDeadline(); next != long.MaxValue; next = wheel.EarliestDeadline())
                {
                    clock.MoveTo(next);
                    wheel.Expire(clock.Now);
                    Assert.NotEmpty(fired);
                }

                List<(long Time, int Id)> expected = [.. model.Where(one => one.Value != long.MaxValue).Select(one => (one.Value, one.Key))];
                expected.Sort();
                fired.Sort();
                Assert.Equal(expected, fired);
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void It_agrees_with_a_list_of_deadlines()
    {
        Gen<(int Kind, long Delay)> step = Gen.Select(
            Gen.Int[0, 11],
            Gen.OneOf(Gen.Long[0, 70], Gen.Long[0, 5000], Gen.Long[0, 400_000], Gen.Long[0, 1L << 31], Gen.Long[0, 1L << 37]));
        step.Array[1, 60].Sample(
            steps =>
            {
                Clocked wheel = new();
                Dictionary<int, (TimerEntry Entry, long Deadline)> model = [];
                Dictionary<int, TimerEntry> left = [];
                int next = 0;
                foreach ((int kind, long delay) in steps)
                {
                    if (kind < 5)
                    {
                        long deadline = delay % 17 == 16 ? long.MaxValue : wheel.Now + (delay * Milli) + (delay % 3);
                        TimerEntry added = wheel.Add(next, deadline);
                        long rounded = added.Deadline - deadline;
                        if (rounded < 0 || rounded >= Coarse || (rounded > 0 && deadline - wheel.Now <= Far))
                        {
                            return false;
                        }

                        model[next] = (added, deadline);
                        next++;
                    }
                    else if (kind == 5 && next > 0)
                    {
                        int id = (int)(delay % next);
                        if (model.TryGetValue(id, out (TimerEntry Entry, long Deadline) moved))
                        {
                            long deadline = wheel.Now + (delay * Milli);
                            if (delay % 2 == 0 || !wheel.Wheel.TryMove(moved.Entry, deadline))
                            {
                                wheel.Wheel.Reset(moved.Entry, deadline);
                            }

                            model[id] = (moved.Entry, deadline);
                        }
                    }
                    else if (kind < 7 && next > 0)
                    {
                        int id = (int)(delay % next);
                        if (model.Remove(id, out (TimerEntry Entry, long Deadline) removed))
                        {
                            wheel.Wheel.Cancel(removed.Entry);
                        }
                    }
                    else if (kind == 7)
                    {
                        wheel.BeQuietFor(delay * Milli);
                    }
                    else if (kind == 8 && next > 0)
                    {
                        int id = (int)(delay % next);
                        if (model.Remove(id, out (TimerEntry Entry, long Deadline) idle))
                        {
                            if (!wheel.Wheel.TryLeave(idle.Entry))
                            {
                                return false;
                            }

                            left[id] = idle.Entry;
                        }
                    }
                    else if (kind == 9 && left.Count > 0)
                    {
                        (int id, TimerEntry entry) = left.First();
                        left.Remove(id);
                        long deadline = wheel.Now + (delay * Milli);
                        wheel.Retarget(entry, id);
                        if (!wheel.Wheel.TryRestart(entry, deadline, wheel.Now))
                        {
                            wheel.Wheel.Cancel(entry);
                            wheel.Restart(entry, id, deadline);
                        }

                        model[id] = (entry, deadline);
                    }
                    else
                    {
                        wheel.Fired.Clear();
                        wheel.RunUntil(wheel.Now + (delay * Milli));
                        foreach (int id in wheel.Fired)
                        {
                            if (!model.Remove(id, out (TimerEntry Entry, long Deadline) fired) || fired.Deadline > wheel.Now)
                            {
                                return false;
                            }
                        }

                        foreach ((TimerEntry Entry, long Deadline) waiting in model.Values)
                        {
                            // An entry that was due when it started fires a tick later.
                            if (waiting.Entry.Deadline <= wheel.Now - (2 * Tick))
                            {
                                return false;
                            }
                        }
                    }
                }

                return true;
            },
            iter: 2000,
            threads: 1);
    }

    /// <summary>A wheel and the driver's part: it looks at the wheel when the wheel asks for it.</summary>
    private sealed class Clocked
    {
        internal Clocked()
        {
            Begin = ((Clock.Now / Milli) + 1) * Milli;
            Now = Begin;
        }

        internal TimerWheel Wheel { get; } = new(new ClockState());

        internal long Begin { get; }

        internal long Now { get; private set; }

        internal List<int> Fired { get; } = [];

        internal Action<int>? OnFire { get; set; }

        internal bool Start(int id, long deadline)
        {
            PlainTimer entry = new() { Deadline = deadline, Target = Target(id) };
            return Wheel.Start(entry, Now);
        }

        internal PlainTimer Add(int id, long deadline)
        {
            PlainTimer entry = new();
            Restart(entry, id, deadline);
            return entry;
        }

        internal void Retarget(TimerEntry entry, int id) => entry.Target = Target(id);

        internal void Restart(TimerEntry entry, int id, long deadline)
        {
            entry.Deadline = deadline;
            Retarget(entry, id);
            Wheel.Start(entry, Now);
        }

        /// <summary>Time passes and nobody looks at the wheel, because nothing is due.</summary>
        internal void BeQuiet(long nanos)
        {
            Assert.True(Wheel.NextDeadline > Now + nanos);
            Now += nanos;
        }

        /// <summary>The same, for as much of a time as nothing is due in.</summary>
        internal void BeQuietFor(long nanos) => Now += long.Clamp(Wheel.NextDeadline - 1 - Now, 0, nanos);

        internal void RunUntil(long end)
        {
            int looks = 0;
            while (Wheel.NextDeadline <= end)
            {
                Assert.True(++looks < 10_000, "The wheel asks to be looked at for ever.");
                Now = long.Max(Now, Wheel.NextDeadline);
                Wheel.Expire(Now);
            }

            Now = end;
        }

        private WakeTarget Target(int id) => Waker.Create(() =>
        {
            Fired.Add(id);
            OnFire?.Invoke(id);
        }).Target!;
    }
}
