using System;
using System.Reflection;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The models have teeth: each fails when Planted/Bugs.props has changed one place of what it checks.</summary>
public sealed class PlantedBugTests
{
    [Theory]
    [InlineData("TailBeforeSlot", "LocalQueueModel", "OneThief")]
    [InlineData("PopWithoutClaim", "LocalQueueModel", "OneThief")]
    [InlineData("SpaceByReal", "LocalQueueModel", "FullRing")]
    [InlineData("StealWithoutRoom", "LocalQueueModel", "ChainedSteal")]
    [InlineData("EndByStore", "InjectQueueModel", "OneByOne")]
    [InlineData("HeadAfterEnd", "InjectQueueModel", "PushWhileEnding")]
    [InlineData("MoveUnseen", "InjectQueueModel", "LastMoveIsVisible")]
    [InlineData("WakeByRead", "TaskStateModel", "WakesAreSeen")]
    [InlineData("IdleByStore", "TaskStateModel", "WakesAreSeen")]
    [InlineData("CancelTwice", "TaskStateModel", "AbortDuringUnwinding")]
    [InlineData("RunWithoutRunning", "TaskStateModel", "TwoRunners")]
    [InlineData("PushWithoutFence", "MultiThreadModel", "LongPollAfterFencedPush")]
    [InlineData("NoLastLook", "MultiThreadModel", "SpawnTwoFromOutside")]
    [InlineData("OnlySearchersLookAgain", "MultiThreadModel", "LongTaskBehindAnother")]
    [InlineData("SharedQueueForgotten", "MultiThreadModel", "SpawnTwoFromOutside")]
    [InlineData("BatchKeepsQuiet", "MultiThreadModel", "DriverWakesTwo")]
    [InlineData("LastSearcherKeepsQuiet", "MultiThreadModel", "LongTaskFromOutside")]
    [InlineData("WordByStore", "MultiThreadModel", "SpawnFromOutside")]
    [InlineData("ParkForgetsUnpark", "ParkerModel", "UnparkThread")]
    [InlineData("DriverParkForgetsUnpark", "ParkerModel", "UnparkOnDriver")]
    [InlineData("DriverHeldTwice", "ParkerModel", "DriverIsExclusive")]
    [InlineData("RegisterByStore", "JoinSlotModel", "OneWaiter")]
    [InlineData("LeaveByStore", "JoinSlotModel", "AllLeave")]
    [InlineData("WaiterOnce", "JoinSlotModel", "OneLeaves")]
    [InlineData("ForeignTargetWithoutFence", "ForeignModel", "TargetChanges")]
    [InlineData("TaskTargetWithoutFence", "ForeignModel", "TargetOfTaskChanges")]
    [InlineData("TokenTargetWithoutFence", "TokenModel", "TargetChanges")]
    [InlineData("LostEdge", "IoModel", "EdgeIsNotLost")]
    [InlineData("CloseUnderCall", "IoModel", "CloseDuringThreeCalls")]
    [InlineData("CloseForgotten", "IoModel", "CloseDuringThreeCalls")]
    [InlineData("CallAfterClose", "IoModel", "CloseDuringThreeCalls")]
    [InlineData("WaiterWithoutFence", "IoModel", "EdgeIsNotLost")]
    [InlineData("NoSecondLook", "IoModel", "EdgeIsNotLost")]
    [InlineData("SleeperWithoutFence", "TimerModel", "StartDuringSleep")]
    [InlineData("SleeperAnnouncesLate", "TimerModel", "StartEarlierThanOthers")]
    [InlineData("ClosureEndsQuietly", "PausedClockModel", "ClosureEnds")]
    [InlineData("PausedTimerUnannounced", "PausedClockModel", "TimerFromOutside")]
    [InlineData("SleepWithoutFence", "CurrentThreadModel", "SpawnFromOutside")]
    [InlineData("CoreNotPassedOn", "CurrentThreadModel", "CoreIsPassedOn")]
    [InlineData("CoreNotGiven", "CurrentThreadModel", "CoreChangesHands")]
    [InlineData("SpawnAfterTheEnd", "MultiThreadModel", "SpawnDuringShutdown")]
    [InlineData("BegunAfterSweep", "MultiThreadModel", "SpawnDuringShutdown")]
    [InlineData("FreeByStore", "TaskSlabModel", "FreedPlacesComeBack")]
    [InlineData("TakeWithoutEmptying", "TaskSlabModel", "RemoteFrees")]
    [InlineData("PoolWithoutFence", "BridgeModel", "SweepDuringReuse")]
    [InlineData("GraceWakesFirst", "GraceModel", "GraceEndsDuringPoll")]
    [InlineData("PoolWhileLinked", "BridgeModel", "CancelDuringReuse")]
    [InlineData("EnqueueWithoutLook", "PermitModel", "MutualExclusion")]
    [InlineData("PermitKept", "PermitModel", "CancelForwards")]
    [InlineData("PermitHostage", "PermitModel", "UnpolledIsPassedOver")]
    [InlineData("HeadLeavesQuietly", "PermitModel", "ManyAndFew")]
    [InlineData("NotificationKept", "NotifyModel", "CancelForwards")]
    [InlineData("NotifyWaitsUnseen", "NotifyModel", "OneEach")]
    [InlineData("OneshotRegisterBlind", "OneshotModel", "SendAndReceive")]
    [InlineData("OneshotCloseUnseen", "OneshotModel", "SendOrClose")]
    [InlineData("WakeReceiverWithoutFence", "MpscModel", "FullAndEmpty")]
    [InlineData("ReceiveWithoutLook", "MpscModel", "FullAndEmpty")]
    [InlineData("RingNotFrozen", "MpscModel", "TwoSenders")]
    [InlineData("SetWithoutLook", "FanOutModel", "SetOnce")]
    [InlineData("WakeAllWithoutFence", "FanOutModel", "SetOnce")]
    [InlineData("BroadcastUnreadForgotten", "FanOutModel", "Broadcast")]
    [InlineData("CellByStore", "AtomicWakerModel", "WakeIsNotLost")]
    [InlineData("CellTakenInTwoSteps", "AtomicWakerModel", "WakeForNothing")]
    [InlineData("SetWokenTwice", "FutureSetModel", "TwoWakers")]
    [InlineData("SetFreedWhileQueued", "FutureSetModel", "PlaceIsReused")]
    [InlineData("SetPushByStore", "FutureSetModel", "TwoChildren")]
    [InlineData("SetRegistersLate", "FutureSetModel", "ConsumerMoves")]
    [InlineData("SharedWakeForgotten", "SharedModel", "DriverGoesAway")]
    [InlineData("SharedWakesOnlyOne", "SharedModel", "DriverGoesAway")]
    internal void BugIsFound(string bug, string model, string scenario)
    {
        Type type = typeof(PlantedBugTests).Assembly.GetType($"Kioto.ModelTests.Planted.{bug}.{model}", throwOnError: true)!;
        MethodInfo method = type.GetMethod(scenario, BindingFlags.Static | BindingFlags.NonPublic)!;
        ModelFailureException failure = Explore.Failure(3, method.CreateDelegate<Action>());
        TestContext.Current.TestOutputHelper?.WriteLine(failure.Message.Split('\n')[0]);
    }
}
