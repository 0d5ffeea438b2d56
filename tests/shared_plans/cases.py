"""A success case as its writer would fill it in; invented."""

from typing import Any

VALUES: dict[str, Any] = {
    "title": "書かない窓口で受付時間を半分に",
    "summary": "転入の手続で、申請書の記入をやめました。",
    "indicator": "転入手続の受付時間",
    "measure": "分",
    "direction": "down",
    "before": "24",
    "before_period": "令和6年度",
    "after": "11.5",
    "after_period": "令和7年度上半期",
    "method": "発券から終了までを全件で計りました。",
    "components": [],
    "conditions": "窓口に端末が2台要ります。",
    "contact": "市民課",
}
