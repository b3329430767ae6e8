"""Addresses of this room."""

from django.urls import path

from assets.views import catalogue, custody, register

SCREENS = {
    "asset_category": ("setup/asset-categories/", catalogue.CategoryList),
    "manufacturer": ("setup/manufacturers/", catalogue.ManufacturerList),
    "asset_model": ("setup/models/", catalogue.ModelList),
    "location": ("setup/locations/", catalogue.LocationList),
}

urlpatterns = [
    path("assets/", register.AssetList.as_view(), name="assets"),
    path("assets/new/", register.AssetCreate.as_view(), name="new_asset"),
    path("assets/pick/", register.pick_asset, name="pick_asset"),
    path("assets/pick-model/", register.pick_model, name="pick_asset_model"),
    path("assets/<int:pk>/", register.asset_page, name="asset"),
    path("assets/<int:pk>/qr.svg", register.asset_qr, name="asset_qr"),
    path("assets/<int:pk>/edit/", register.AssetEdit.as_view(), name="edit_asset"),
    path("assets/<int:pk>/state/", register.AssetState.as_view(), name="change_asset_state"),
    path("assets/<int:pk>/hand-over/", custody.HandOver.as_view(), name="hand_over_asset"),
    path("assets/<int:pk>/take-back/", custody.TakeBack.as_view(), name="take_back_asset"),
    path("a/<path:tag>", register.asset_by_tag, name="asset_by_tag"),
    path("my-devices/", custody.my_devices, name="my_devices"),
    path("custody/<int:pk>/accept/", custody.accept, name="accept_custody"),
    path("custody/<int:pk>/decline/", custody.Decline.as_view(), name="decline_custody"),
    path("custody/<int:pk>/paper/", custody.accept_on_paper, name="accept_custody_on_paper"),
    path("custody/<int:pk>/receipt/", custody.receipt, name="custody_receipt"),
]
for screen, (address, list_page) in SCREENS.items():
    kind = {"screen": screen}
    urlpatterns += [
        path(address, list_page.as_view(), name=catalogue.SCREENS[screen].list_url),
        path(f"{address}new/", catalogue.Create.as_view(), kind, name=f"{screen}_new"),
        path(f"{address}<int:pk>/", catalogue.page, kind, name=screen),
        path(f"{address}<int:pk>/edit/", catalogue.Edit.as_view(), kind, name=f"{screen}_edit"),
        path(f"{address}<int:pk>/use/", catalogue.switch_use, kind, name=f"{screen}_use"),
    ]
