using Xunit;

namespace Kioto.ModelTests;

public sealed class SyncTests
{
    [Fact]
    public void MutualExclusion() => Explore.All(3, PermitModel.MutualExclusion);

    [Fact]
    public void ManyAndFew() => Explore.All(3, PermitModel.ManyAndFew);

    [Fact]
    public void PermitOfACancelledWaiter() => Explore.All(3, PermitModel.CancelForwards);

    [Fact]
    public void CloseWakes() => Explore.All(2, PermitModel.CloseWakes);

    [Fact]
    public void UnpolledIsPassedOver() => Explore.All(3, PermitModel.UnpolledIsPassedOver);

    [Fact]
    public void TakenOrPassedOn() => Explore.All(4, PermitModel.TakenOrPassedOn);

    [Fact]
    public void HolderEnds() => Explore.All(3, HandoutModel.HolderEnds);

    [Fact]
    public void HolderEndsBetweenTwo() => Explore.All(2, HandoutModel.HolderEndsBetweenTwo);

    [Fact]
    public void UnpolledChildIsPassedOver() => Explore.All(3, HandoutModel.UnpolledChild);

    [Fact]
    public void SetOfAChildMoves() => Explore.All(2, HandoutModel.SetMoves);

    [Fact]
    public void DirectGrantOrAbort() => Explore.All(2, DirectGrantModel.GrantOrAbort);

    [Fact]
    public void DirectGrantOrKill() => Explore.All(2, DirectGrantModel.GrantOrKill);

    [Fact]
    public void DirectSecondGrant() => Explore.All(2, DirectGrantModel.SecondGrant);

    [Fact]
    public void DirectLeafMovesIntoAnArm() => Explore.All(2, DirectGrantModel.MovesIntoAnArm);

    [Fact]
    public void DirectLeafReusedInAnArm() => Explore.All(2, DirectGrantModel.ReusedInAnArm);

    [Fact]
    public void DirectNotificationsOneAfterTheOther() => Explore.All(2, DirectNotifyModel.OneAfterTheOther);

    [Fact]
    public void DirectlyNotifiedOrAborted() => Explore.All(3, DirectNotifyModel.NotifiedOrAborted);

    [Fact]
    public void DirectlyNotifiedLeafReusedInAnArm() => Explore.All(2, DirectNotifyModel.ReusedInAnArm);

    [Fact]
    public void NotifiedLeafMovesOutOfAnArm() => Explore.All(3, DirectNotifyModel.MovesOutOfAnArm);

    [Fact]
    public void NotifyOneEach() => Explore.All(3, NotifyModel.OneEach);

    [Fact]
    public void NotificationOfACancelledWaiter() => Explore.All(3, NotifyModel.CancelForwards);

    [Fact]
    public void NotifyAllWaiters() => Explore.All(2, NotifyModel.AllWaiters);

    [Fact]
    public void NotifiedBeforeItIsAwaited() => Explore.All(3, NotifyModel.EnabledMissesNothing);

    [Fact]
    public void NotifiedAndNotAwaited() => Explore.All(3, NotifyModel.EnabledForwards);

    [Fact]
    public void NotifiedDisposedBesideItsWait() => Explore.All(3, NotifyModel.DisposedBesideItsWait);

    [Fact]
    public void NotifiedDisposedBesideItsNotification() => Explore.All(3, NotifyModel.DisposedBesideItsNotification);

    [Fact]
    public void OneshotSendAndReceive() => Explore.All(4, OneshotModel.SendAndReceive);

    [Fact]
    public void OneshotTargetChanges() => Explore.All(4, OneshotModel.SendWhileTheTargetChanges);

    [Fact]
    public void OneshotSenderDropped() => Explore.All(4, OneshotModel.SenderDropped);

    [Fact]
    public void OneshotSendOrClose() => Explore.All(4, OneshotModel.SendOrClose);

    [Fact]
    public void OneshotClosedIsSeen() => Explore.All(4, OneshotModel.ClosedIsSeen);

    [Fact]
    public void OneshotTwoReceive() => Explore.All(3, OneshotModel.TwoReceive);

    [Fact]
    public void OneshotTwoReceiveAndOneLeaves() => Explore.All(3, OneshotModel.TwoReceiveAndOneLeaves);

    [Fact]
    public void OneshotFreedOnce() => Explore.All(4, OneshotModel.FreedOnce);

    [Fact]
    public void OneshotDisposedWhilePolled() => Explore.All(3, OneshotReuseModel.DisposedWhilePolled);

    [Fact]
    public void OneshotRegisteredTooLate() => Explore.All(2, OneshotReuseModel.RegisteredTooLate);

    [Fact]
    public void OneshotBothEndWhileItWaits() => Explore.All(3, OneshotReuseModel.BothEndWhileItWaits);

    [Fact]
    public void OneshotWaitsForTheEndTooLate() => Explore.All(2, OneshotReuseModel.WaitsForTheEndTooLate);

    [Fact]
    public void OneshotClosedTooLate() => Explore.All(3, OneshotReuseModel.ClosedTooLate);

    [Fact]
    public void OneshotSentByTwo() => Explore.All(3, OneshotReuseModel.SentByTwo);

    [Fact]
    public void MpscTwoSenders() => Explore.All(2, MpscModel.TwoSenders, processWide: true);

    [Fact]
    public void MpscFullAndEmpty() => Explore.All(3, MpscModel.FullAndEmpty, processWide: true);

    [Fact]
    public void MpscParcels() => Explore.All(3, MpscModel.Parcels, processWide: true);

    [Fact]
    public void MpscParcelsTakenByTwo() => Explore.All(3, MpscModel.ParcelsTakenByTwo, processWide: true);

    [Fact]
    public void BroadcastLag() => Explore.All(3, BroadcastModel.Lag);

    [Fact]
    public void LosslessRoom() => Explore.All(2, BroadcastModel.LosslessRoom);

    [Fact]
    public void LosslessReceiverLeaves() => Explore.All(2, BroadcastModel.LosslessReceiverLeaves);

    [Fact]
    public void BroadcastEndWhileReceiving() => Explore.All(2, BroadcastModel.EndWhileReceiving);

    [Fact]
    public void BroadcastEndInSilence() => Explore.All(3, BroadcastModel.EndInSilence);

    [Fact]
    public void RwLockDowngrade() => Explore.All(3, RwLockModel.Downgrade);

    [Fact]
    public void RwLockUpgrade() => Explore.All(3, RwLockModel.Upgrade);

    [Fact]
    public void RwLockStamps() => Explore.All(2, RwLockModel.Stamps);

    [Fact]
    public void RwLockTwoCopies() => Explore.All(2, RwLockModel.TwoCopies);

    [Fact]
    public void RwLockTwoCopiesOneReads() => Explore.All(3, RwLockModel.TwoCopiesOneReads);

    [Fact]
    public void LeaseUsedTogether() => Explore.All(3, LeaseModel.UsedTogether);

    [Fact]
    public void LeaseChangedBesideTheEnd() => Explore.All(3, LeaseModel.ChangedBesideTheEnd);

    [Fact]
    public void MpmcCancelWhileClosing() => Explore.All(3, MpmcModel.CancelWhileClosing);

    [Fact]
    public void MpmcTakeWhileClosing() => Explore.All(3, MpmcModel.TakeWhileClosing);

    [Fact]
    public void MpmcBatchGivenBack() => Explore.All(3, MpmcModel.BatchGivenBackWhileClosing);

    [Fact]
    public void BroadcastBatchRefused() => Explore.All(3, BroadcastModel.BatchRefused);

    [Fact]
    public void TwoAtOnce() => Explore.All(3, PermitModel.TwoAtOnce);

    [Fact]
    public void NotificationStoredBesideReleased() => Explore.All(3, NotifyModel.StoredBesideReleased);

    [Fact]
    public void ANotifiedLeafIsUsedAgainAtOnce() => Explore.All(3, NotifyModel.UsedAgainAtOnce);

    [Fact]
    public void BarrierReleasedOneLeaves() => Explore.All(3, SignalModel.BarrierReleasedOneLeaves);

    [Fact]
    public void CellMakerGivesUp() => Explore.All(3, SignalModel.CellMakerGivesUp);

    [Fact]
    public void CellIsMadeOnce() => Explore.All(3, SignalModel.CellIsMadeOnce);

    [Fact]
    public void MpmcSendWhileClosing() => Explore.AllButTheLast(2, MpmcModel.SendWhileClosing);

    [Fact]
    public void MpscSendOrClose() => Explore.All(3, MpscModel.SendOrClose, processWide: true);

    [Fact]
    public void MpscPlaceGivenBack() => Explore.All(3, MpscModel.PlaceGivenBackAfterTheEnd, processWide: true);

    [Fact]
    public void MpscSendOrCloseUnbounded() => Explore.All(2, MpscModel.SendOrCloseUnbounded, processWide: true);

    [Fact]
    public void MpscDirectlyOrEnded() => Explore.All(3, MpscModel.DirectlyOrEnded, processWide: true);

    [Fact]
    public void MpscTakenOrEnded() => Explore.All(3, MpscModel.TakenOrEnded, processWide: true);

    [Fact]
    public void MpscEndedBesideAPermit() => Explore.All(2, MpscModel.EndedBesideAPermit, processWide: true);

    [Fact]
    public void MpscTwoSendersAfterTheEnd() => Explore.All(2, MpscModel.TwoSendersAfterTheEnd, processWide: true);

    [Fact]
    public void MpscPeekedBesideTheEnd() => Explore.All(3, MpscModel.PeekedBesideTheEnd, processWide: true);

    [Fact]
    public void MpscEndedBesideItsWait() => Explore.All(3, MpscModel.EndedBesideItsWait, processWide: true);

    [Fact]
    public void MpscLastTakenForWhoWatches() => Explore.All(2, MpscModel.LastTakenForWhoWatches, processWide: true);

    [Fact]
    public void MpscLastPlaceForWhoWatches() => Explore.All(2, MpscModel.LastPlaceForWhoWatches, processWide: true);

    [Fact]
    public void MpscEndedForWhoWatches() => Explore.All(2, MpscModel.EndedForWhoWatches, processWide: true);

    [Fact]
    public void MpscReadableForWhoWaits() => Explore.All(2, MpscModel.ReadableForWhoWaits, processWide: true);

    [Fact]
    public void MpscReadableBesideTheEnd() => Explore.All(3, MpscModel.ReadableBesideTheEnd, processWide: true);

    [Fact]
    public void MpmcLastTakenForWhoWatches() => Explore.All(2, MpmcModel.LastTakenForWhoWatches);

    [Fact]
    public void MpmcEndedForWhoWatches() => Explore.All(2, MpmcModel.EndedForWhoWatches);

    [Fact]
    public void MpscDrainedForOneOfTwo() => Explore.All(3, MpscModel.DrainedForOneOfTwo);

    [Fact]
    public void ForgetBesideRelease() => Explore.All(3, PermitModel.ForgetBesideRelease);

    [Fact]
    public void AllPermitsOrOne() => Explore.All(2, PermitModel.AllOrOne);

    [Fact]
    public void SpinWord() => Explore.All(3, SpinModel.MutualExclusion);

    [Fact]
    public void BarrierRounds() => Explore.All(2, SignalModel.BarrierRounds);

    [Fact]
    public void BarrierArrivalTakenBack() => Explore.All(3, SignalModel.BarrierArrivalTakenBack);

    [Fact]
    public void CellIsSetOnce() => Explore.All(3, SignalModel.CellIsSetOnce);

    [Fact]
    public void UpgradeBesideTheLastDrop() => Explore.All(4, SignalModel.UpgradeBesideTheLastDrop);

    [Fact]
    public void SetOnce() => Explore.All(3, FanOutModel.SetOnce);

    [Fact]
    public void SetByTwo() => Explore.All(3, FanOutModel.SetByTwo);

    [Fact]
    public void WatchReceiverEnds() => Explore.All(3, FanOutModel.WatchReceiverEnds);

    [Fact]
    public void Watch() => Explore.All(3, FanOutModel.Watch);

    [Fact]
    public void Broadcast() => Explore.All(3, FanOutModel.Broadcast);
}
