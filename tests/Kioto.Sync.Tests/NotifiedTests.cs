using System;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>A place in a notify's queue that is entered before it is awaited.</summary>
public sealed class NotifiedTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void NothingIsMissedBetweenEnablingAndAwaiting(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        using Notified notified = notify.CreateNotified();
        Assert.False(notified.Enable());
        Assert.False(notified.Enable());
        await spawner.Spawn(() => { notify.NotifyWaiters(); return Future.Completed; }).Join();
        await notified.WaitAsync();
        Assert.False(notified.Enable());
        notify.NotifyOne();
        await notified.WaitAsync();
    });

    [Fact]
    public void ItHasItsPlaceFromEnablingOn() => Host.Run(_ =>
    {
        Notify notify = new();
        using Notified first = notify.CreateNotified();
        Assert.False(first.Enable());
        Parked<Unit> second = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(second.Poll());
        notify.NotifyOne();
        Assert.False(second.Poll());
        Assert.True(first.Enable());
        Parked<Unit> wait = Parked<Unit>.Of(first.WaitAsync());
        Assert.True(wait.Poll());
        wait.Result();
        notify.NotifyOne();
        Assert.True(second.Poll());
        second.Result();
        return Future.Completed;
    });

    [Fact]
    public void ItTakesTheStoredOne() => Host.Run(_ =>
    {
        Notify notify = new();
        notify.NotifyOne();
        using Notified first = notify.CreateNotified();
        Assert.True(first.Enable());
        using Notified second = notify.CreateNotified();
        Assert.False(second.Enable());
        return Future.Completed;
    });

    [Fact]
    public void WhatItHasWhenItIsDisposedGoesToTheNext() => Host.Run(_ =>
    {
        Notify notify = new();
        Notified stored = notify.CreateNotified();
        notify.NotifyOne();
        Assert.True(stored.Enable());
        stored.Dispose();
        stored.Dispose();
        Notified given = notify.CreateNotified();
        Assert.True(given.Enable());
        Parked<Unit> next = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(next.Poll());
        given.Dispose();
        Assert.True(next.Poll());
        next.Result();

        Notified granted = notify.CreateNotified();
        Assert.False(granted.Enable());
        next = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(next.Poll());
        notify.NotifyOne();
        granted.Dispose();
        Assert.True(next.Poll());
        next.Result();

        // One of NotifyWaiters was for those who waited then.
        Notified all = notify.CreateNotified();
        Assert.False(all.Enable());
        notify.NotifyWaiters();
        Assert.True(all.Enable());
        next = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(next.Poll());
        all.Dispose();
        Assert.False(next.Poll());
        next.Dispose();
        return Future.Completed;
    });

    [Fact]
    public void ACancelledWaitKeepsItsPlaceAndWhatItWasGiven() => Host.Run(_ =>
    {
        Notify notify = new();
        using Notified first = notify.CreateNotified();
        Parked<Unit> wait = Parked<Unit>.Of(first.WaitAsync());
        Assert.False(wait.Poll());
        Parked<Unit> second = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(second.Poll());
        wait.Dispose();
        notify.NotifyOne();
        Assert.False(second.Poll());
        wait = Parked<Unit>.Of(first.WaitAsync());
        Assert.True(wait.Poll());
        wait.Result();

        wait = Parked<Unit>.Of(first.WaitAsync());
        Assert.False(wait.Poll());
        second.Dispose();
        notify.NotifyOne();
        wait.Dispose();
        Assert.True(first.Enable());
        return Future.Completed;
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void UsedAfterItWasDisposedItThrows(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        Notified notified = notify.CreateNotified();
        Future made = notified.WaitAsync();
        notified.Dispose();
        Assert.Throws<ObjectDisposedException>(() => notified.Enable());
        Assert.Throws<ObjectDisposedException>(() => { Kio.Detach(notified.WaitAsync()); });
        await spawner.Spawn(async () => await Assert.ThrowsAsync<ObjectDisposedException>(async () => await made)).Join();
    });
}
