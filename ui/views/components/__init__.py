"""Painted components: plain widgets with setters, no domain types, no services, no style sheets.

Texts come ready to read, in the cashier's language; figures come formatted and are isolated here,
so that they never flip in a right-to-left layout. Signals carry ``object`` or nothing. Every
component mirrors with ``layoutDirection``, repaints on a theme switch, works by keyboard and has
an accessible name. Sizes come from the words: give them room, do not squeeze them.

========== ======================================================================================
module     components
========== ======================================================================================
base       ``PaintedWidget``, ``PaintedButton``: what all share (ring, direction, hover)
label      ``Label(text, style, weight, role, align=, elide=, wrap=, number=)``, ``Divider``
button     ``Button(text, variant, size=, icon=, key=)``: ``clicked``; setText setKey setIconName
           setVariant setBusy · ``IconButton(icon, name, variant)`` · ``KeyCap(key)``
spinner    ``Spinner``, ``ProgressBar``: setShare(0..1) · ``Skeleton(rows)``
field      ``TextField(label, size=search|normal|form|money, icon=, key=, placeholder=, ltr=)``:
           ``edited`` (text), ``submitted``; text setText setError setHelp(text, verdict); ``.edit``
choice     ``Segmented(texts)``, ``Tabs(texts)``: ``chosen`` (index); setIndex, Tabs.setCount ·
           ``Stepper(value)``: ``changed`` (value); setValue
toggle     ``CheckBox``, ``Radio``, ``Switch`` (text, detail): ``toggled``; setChecked
chip       ``Chip(text, tone, icon)``, ``TierChip(text, tier)``, ``Avatar(name, size)``, ``Icon``
card       ``MemberCard``: setFace(CardFace) setPoints setNote setProgress, ``clicked`` ·
           ``GuestSlot(title, hint)``
rows       ``FactRow``: setFact(icon, title, reason, tone) setAction(text, key), ``acted`` ·
           ``ListRow``: setRow(...), ``clicked`` · ``PairRow(label, value)``: setPair setValue
reward     ``RewardRow``: setReward(title, cost, detail=, key=, locked=), ``toggled``
basket     ``BasketLine``: setLine setSelected setDivided, ``clicked`` ``quantity_changed``
           ``removed`` · ``RewardLine``: setReward(title, price, detail)
figures    ``PointsFigure``: setFigure(caption, figure, [Reason]) · ``TotalRow``: setTotal ·
           ``KeyFigure``: setFigure(figure, caption)
notices    ``Toast``: say(text, tone, action, key), ``acted`` ``gone`` · ``Banner``: setBanner ·
           ``EmptyState(icon, title, text)``: offer(button)
light      ``Light(icon, name)``: setState(well|look|broken|off, word), ``clicked``
pad        ``NumericPad(extra)``: ``typed`` (text) ``erased`` · ``CashChoice``: setChoice
slider     ``PointsSlider``: setSteps(most, step, ticks, most_text) setValue, ``changed``
surface    ``Ground(role)``, ``Sheet``: setColumn · ``PanelHeader(title)``: ``closed`` · ``Quote`` ·
           ``Overlay(parent)``: open, ``closed``, ``.panel`` · ``Dialog``: ``confirmed`` ``closed``
paper      ``Paper(width)``: setSlip(QImage, spoken) setPaperWidth
scroll     ``ScrollArea(content)``, ``ScrollBar``; ``calm(area)`` for any other scrolling widget
listing    ``LongList``, ``RowsModel``: what long lists share
results    ``ResultList``: setResults([Result]), ``chosen`` ``moved`` (row)
timeline   ``TimelineView``: setHeads setEntries([TimelineEntry]) open_row, ``slip_asked`` (row) ·
           ``TimelineRow(entry)``
bars       ``TopBar(search)``: .brand .clock .cashier addLight · ``KeyBar``: setItems([KeyItem]),
           ``pressed`` (name), dropped() · ``NavItem(text, icon)``: setCount, ``clicked``
fit        ``misfits(widget)``: what is cut, too small or outside; for tests, after ``show``
========== ======================================================================================
"""
