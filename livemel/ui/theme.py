"""The two looks of the window: colours and the style sheet made of them."""

from dataclasses import dataclass, replace

UNIT = 8  # px: every distance is a multiple, or half of one


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #rrggbb. Red is for loss, clipping and recording, amber for a notice; caution
    is amber that is drawn and read on the ground.
    """

    name: str
    background: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    red: str
    amber: str
    on_amber: str
    caution: str
    empty: str
    hatch: tuple[str, str]


DARK = Theme(
    name="dark",
    background="#14171a",
    raised="#1e2327",
    line="#343b41",
    text="#d7dce0",
    muted="#8d979f",
    accent="#5cb3d9",
    on_accent="#0c1418",
    red="#ff5a52",
    amber="#e9b04a",
    on_amber="#1c1503",
    caution="#e9b04a",
    empty="#0d0f11",
    hatch=("#3a1f22", "#6b2f33"),
)
LIGHT = Theme(
    name="light",
    background="#f4f5f6",
    raised="#ffffff",
    line="#c9ced3",
    text="#1d2328",
    muted="#5b656d",
    accent="#0f6f9c",
    on_accent="#ffffff",
    red="#c9281f",
    amber="#f0c05e",
    on_amber="#2b1f02",
    caution="#855400",
    empty="#e3e6e8",
    hatch=("#f0c9c6", "#dd8f8a"),
)

# For print: on white, where the light look has a ground of its own.
PAPER = replace(LIGHT, name="paper", background="#ffffff", text="#000000", muted="#3c444b")


def style_sheet(theme: Theme, scale: float = 1.0) -> str:
    """The window's style sheet.

    scale : of the type, where 1 is 13 px for text and 12 px for what is small
    """
    t = theme
    text, small = round(13 * scale), round(12 * scale)
    return f"""
QWidget {{ background: {t.background}; color: {t.text}; font-size: {text}px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QToolButton, QPushButton, QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {{
  background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px;
  padding: 0 10px; min-height: 28px; max-height: 28px; }}
QToolButton[role="quiet"] {{ background: transparent; border-color: transparent; color: {t.muted};
  padding: 0; min-height: {small + 4}px; max-height: {small + 4}px; min-width: {small + 6}px;
  font-size: {small}px; }}
QToolButton[role="quiet"]:hover, QToolButton[role="quiet"]:focus {{ background: {t.raised};
  color: {t.text}; border-color: transparent; }}
QLineEdit {{ padding: 0 0 0 8px; }}
QSpinBox, QDoubleSpinBox {{ padding: 0; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none; padding: 0; min-height: 0;
  background: transparent; }}
QScrollBar:vertical {{ background: {t.raised}; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.line}; border-radius: 3px; min-height: 24px;
  margin: 2px; }}
QScrollBar::handle:vertical:hover {{ background: {t.muted}; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical {{ background: none; }}
QListView#frontends {{ border-radius: 4px; padding: 4px 0; }}
QListView#frontends::item {{ padding: 2px 10px; }}
QListView#frontends::item:disabled {{ padding: 6px 10px 2px 10px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QToolButton:hover, QPushButton:hover, QComboBox:hover {{ border-color: {t.muted}; }}
QToolButton:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
QToolButton#record {{ padding-right: 0; }}
QToolButton#record[recording="true"] {{ border-color: {t.red}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QComboBox {{ padding-right: 4px; }}
QComboBox:disabled {{ color: {t.muted}; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ width: 0; height: 0; margin-right: 6px;
  border-left: 4px solid {t.raised}; border-right: 4px solid {t.raised};
  border-top: 5px solid {t.text}; }}
QComboBox::down-arrow:disabled {{ border-top-color: {t.muted}; }}
QComboBox QAbstractItemView, QListView {{ background: {t.raised}; border: 1px solid {t.line};
  selection-background-color: {t.accent}; selection-color: {t.on_accent}; outline: none; }}
QAbstractItemView::item:disabled {{ color: {t.muted}; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px 0; }}
QMenu::item {{ padding: 5px 24px 5px 24px; background: transparent; }}
QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 0; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="small"] {{ color: {t.muted}; font-size: {small}px; }}
QLabel[role="auto"] {{ color: {t.accent}; font-size: {small}px; }}
QLabel#told {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px;
  padding: 3px 8px; }}
QLabel[role="fact"] {{ font-size: {small}px; }}
QLabel[role="title"] {{ font-weight: bold; }}
QLabel[role="caution"] {{ color: {t.caution}; font-weight: bold; }}
QLabel[role="busy"] {{ color: {t.caution}; font-size: {small}px; }}
QLabel[role="red"] {{ color: {t.red}; font-weight: bold; }}
QLabel[role="note"] {{ color: {t.muted}; font-weight: bold; }}
QFrame#finding {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px; }}
QFrame#finding QLabel {{ background: transparent; }}
QPushButton[role="compact"] {{ min-height: {text + 11}px; max-height: {text + 11}px;
  padding: 0 8px; background: {t.background}; }}
QPushButton[role="compact"]:disabled {{ background: transparent; }}
QToolButton#finding {{ background: transparent; border: 1px solid transparent; padding: 0 4px;
  min-height: 20px; max-height: 20px; color: {t.caution}; font-size: {small}px; }}
QToolButton#finding[role="red"] {{ color: {t.red}; }}
QToolButton#finding[role="note"] {{ color: {t.muted}; }}
QToolButton#finding:hover {{ border-color: {t.line}; }}
QLabel[role="error"] {{ color: {t.red}; font-size: {small}px; }}
QLabel[role="heading"] {{ color: {t.muted}; font-size: {small}px; padding-bottom: 2px; }}
QFrame#panel QLabel[role="key"] {{ border: 1px solid {t.line}; border-radius: 4px;
  background: {t.background}; padding: 2px 8px; }}
QRadioButton {{ spacing: 8px; border: 1px solid transparent; border-radius: 4px; padding: 1px; }}
QRadioButton::indicator {{ width: 10px; height: 10px; border: 2px solid {t.muted};
  border-radius: 7px; background: {t.background}; }}
QRadioButton::indicator:checked {{ border-color: {t.accent}; background: {t.accent}; }}
QAbstractSpinBox:disabled {{ color: {t.muted}; background: transparent; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QFrame#panel {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 6px; }}
QFrame#panel QLabel, QWidget#plain {{ background: transparent; }}
QScrollArea, QScrollArea > QWidget {{ background: transparent; }}
QScrollArea {{ border: 1px solid transparent; }}
QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent};
  border-color: {t.accent}; }}
QPushButton:disabled, QComboBox:disabled {{ color: {t.muted}; background: transparent; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; border: none; padding: 0 6px 0 12px;
  margin-right: 4px; border-radius: 4px; min-height: 28px; max-height: 28px; }}
QTabBar::tab:selected {{ background: {t.raised}; color: {t.text};
  border-bottom: 2px solid {t.accent}; border-radius: 0; }}
QTabBar::tab:hover:!selected {{ color: {t.text}; }}
QTabBar QToolButton {{ padding: 0; }}
QToolButton#close {{ background: transparent; border: none; color: {t.muted}; padding: 0 4px;
  min-height: 20px; max-height: 20px; font-size: {small}px; }}
QToolButton#close:hover {{ color: {t.text}; }}
QLabel#over {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px;
  padding: 3px 8px; }}
QLabel#drop {{ background: #d8{t.background[1:]}; border: 2px dashed {t.accent};
  font-size: {round(20 * scale)}px; }}
QFrame#banner {{ background: {t.amber}; }}
QFrame#banner QLabel {{ background: transparent; color: {t.on_amber}; }}
QFrame#banner QToolButton {{ background: transparent; border-color: transparent;
  color: {t.on_amber}; }}
QFrame#banner[kind="told"] {{ background: {t.raised}; border-top: 1px solid {t.line}; }}
QFrame#banner[kind="told"] QLabel, QFrame#banner[kind="told"] QToolButton {{ color: {t.text}; }}
QToolButton:focus, QToolButton#finding:focus, QToolButton[role="quiet"]:focus,
QToolButton#record[recording="true"]:focus, QPushButton:focus, QComboBox:focus,
QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus,
QListView#frontends:focus, QRadioButton:focus, QScrollArea:focus, QTabBar::tab:selected:focus {{
  border: 1px solid {t.accent}; }}
QToolButton:checked:focus, QPushButton[role="primary"]:focus, QFrame#banner QToolButton:focus {{
  border: 1px solid {t.text}; }}
QFrame#banner[kind="said"] QToolButton:focus {{ border-color: {t.on_amber}; }}
QComboBox QLineEdit:focus, QAbstractSpinBox QLineEdit:focus {{ border: none; }}
"""
