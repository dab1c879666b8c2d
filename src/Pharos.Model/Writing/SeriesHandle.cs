namespace Pharos.Model.Writing;

/// <summary>A live series in the store's head: its slot, and the slot's generation when the handle was given out.</summary>
/// <remarks>May be kept as long as one likes; a slot that was reused meanwhile is told by its generation and answered with
/// <see cref="AppendStatus.Gone"/>.</remarks>
public readonly record struct SeriesHandle(uint Slot, ushort Generation);
